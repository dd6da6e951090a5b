"""Pictures as they come from outside: what can be read becomes pixels and facts, everything else one sentence."""

import hashlib
import io
import random
import struct
import threading
import tomllib
import warnings
import zlib
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin, features

from checks.readers import picture_file
from checks.readers.picture_file import Unreadable, open_picture
from checks.readers.picture_parts import DAMAGED, NOTE, TRUNCATED, take_apart

AVIF = pytest.param("AVIF", marks=pytest.mark.skipif(not features.check("avif"), reason="Pillow without AVIF"))
FORMATS = ["JPEG", "PNG", "GIF", "WEBP", AVIF, "BMP"]
LIMITS = tomllib.loads((resources.files("checks.data") / "picture_limits.toml").read_text("utf-8"))


@cache
def scene(seed=1, width=640, height=480):
    """A drawn scene: hills, a sun, and shapes that are nobody's."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height), tuple(chance.randrange(120, 256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = chance.randrange(-width // 8, width), chance.randrange(-height // 8, height)
        size = chance.randrange(width // 10 + 1, width // 3 + 2)
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw = chance.choice((pen.ellipse, pen.rectangle))
        draw((x, y, x + size, y + size * chance.uniform(0.5, 1.4)), fill=colour)
    return image


def encoded(image, kind="JPEG", **options):
    """The bytes of a picture's file."""
    file = io.BytesIO()
    image.save(file, kind, **({"speed": 10} if kind == "AVIF" else {}), **options)
    return file.getvalue()


def animation(kind, frames, **options):
    """The bytes of an animation."""
    first, *others = frames
    return encoded(first, kind, save_all=True, append_images=others, duration=40, **options)


def shot(data, longest=1600):
    """The first frame."""
    return next(open_picture(data).frames(longest))


def bits_apart(first, second):
    """How many bits two hashes differ in."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


def sentence(data):
    """What is said of a file that cannot be read."""
    with pytest.raises(Unreadable) as said:
        list(open_picture(data).frames(64, 3))
    assert str(said.value).endswith(".")
    assert "\n" not in str(said.value)
    return str(said.value)


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_is_read(kind):
    """JPEG, PNG, GIF, WebP, AVIF and BMP become pixels of the same picture."""
    data = encoded(scene(), kind)
    picture = open_picture(data)
    assert picture.file.format.upper() == kind
    assert (picture.file.width, picture.file.height, picture.file.frames) == (640, 480, 1)
    assert picture.file.sha256 == hashlib.sha256(data).hexdigest()
    assert type(picture._first) is Image.Image  # a decoder would hold on to the file
    (pixels,) = picture.frames(1600, 5)
    assert pixels.shape == (480, 640, 3)
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - np.asarray(scene()).astype(int)).mean() < 6


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("L", "JPEG"), ("P", "PNG"), ("RGBA", "PNG"), ("LA", "PNG"), ("L", "PNG"), ("RGBA", "WEBP")],
)
def test_every_way_of_keeping_colours_is_read(mode, kind):
    """CMYK, greys, palettes and transparency become the red, green and blue that people see."""
    image = scene().convert(mode)
    pixels = shot(encoded(image, kind)).astype(int)
    seen = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(pixels - seen).mean() < 6


def test_sixteen_bits_of_grey_are_not_cut_off():
    """A PNG with 65,536 greys keeps its middle greys."""
    greys = np.linspace(0, 65535, 256, dtype=np.uint16)[None].repeat(40, 0)
    pixels = shot(encoded(Image.fromarray(greys), "PNG"))
    assert np.abs(pixels[0, :, 0].astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("transparency", [0, bytes([0, 128, 255])])
def test_white_shows_through(transparency):
    """What is transparent is seen on white, also where a palette says so."""
    image = Image.new("P", (30, 10))
    image.putpalette([200, 0, 0, 0, 200, 0, 0, 0, 200])
    image.paste(1, (10, 0, 20, 10))
    image.paste(2, (20, 0, 30, 10))
    pixels = shot(encoded(image, "PNG", transparency=transparency))
    assert pixels[5, 5].tolist() == [255, 255, 255]
    assert pixels[5, 25].tolist() == [0, 0, 200]


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", AVIF])
def test_pictures_are_turned_as_the_file_asks(kind, turn):
    """Width, height, pixels and look are those that people see."""
    back = picture_file._TURNS.get(turn)
    stored = scene()
    if back is not None:
        undone = {
            Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270,
            Image.Transpose.ROTATE_270: Image.Transpose.ROTATE_90,
        }
        stored = stored.transpose(undone.get(back, back))
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = open_picture(encoded(stored, kind, exif=exif, quality=90))
    assert (picture.file.width, picture.file.height) == (640, 480)
    assert np.abs(next(picture.frames(1600)).astype(int) - np.asarray(scene()).astype(int)).mean() < 6
    assert bits_apart(picture.file.look, open_picture(encoded(scene(), "PNG")).file.look) <= 2


@pytest.mark.parametrize("kind", FORMATS)
def test_frames_are_as_small_as_asked(kind):
    """The longer edge has as many pixels as asked for, or as the picture has."""
    picture = open_picture(encoded(scene(2, 900, 1300), kind))
    assert [next(picture.frames(longest)).shape for longest in (320, 1, 5000)] == [
        (320, 222, 3),
        (1, 1, 3),
        (1300, 900, 3),
    ]


def test_more_pixels_than_are_kept_ready_can_be_asked_for():
    """A large JPEG is decoded again where its full size is wanted."""
    picture = open_picture(encoded(scene(3, 3600, 2400)))
    assert max(picture._first.size) == LIMITS["ready"]
    assert next(picture.frames(3000)).shape == (2000, 3000, 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", AVIF])
def test_animations_are_sampled_evenly(kind):
    """At most so many frames as asked for, the first and the last among them."""
    colours = [(25 * number, 0, 255 - 25 * number) for number in range(9)]
    picture = open_picture(animation(kind, [Image.new("RGB", (64, 48), colour) for colour in colours]))
    assert picture.file.frames == 9
    reds = [int(frame[20, 20, 0]) for frame in picture.frames(64, 3)]
    assert reds == pytest.approx([0, 100, 200], abs=6)
    assert len(list(picture.frames(64, 50))) == 9
    assert len(list(picture.frames(64))) == 1


def test_an_animation_is_followed_no_longer_than_its_share(monkeypatch):
    """Frames behind more pixels than the limit are left alone; the first ones are still looked at."""
    shared = replace(picture_file._limits(), animation_pixels=64 * 48 * 4)
    monkeypatch.setattr(picture_file, "_limits", lambda: shared)
    frames = [Image.new("RGB", (64, 48), (25 * number, 0, 0)) for number in range(9)]
    picture = open_picture(animation("GIF", frames))
    assert picture.file.frames == 9
    assert [int(frame[20, 20, 0]) for frame in picture.frames(64, 50)] == [0, 25, 50, 75]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"<!DOCTYPE html><html><title>Not found</title></html>", "The file holds a web page and no picture."),
        (b"\xef\xbb\xbf \n<HTML>", "The file holds a web page and no picture."),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"%PDF-1.7", "PDF"),
        (b'{"error": "gone"}', "The file holds no picture."),
        (b"\xff\xd8\xff", TRUNCATED),
        (b"GIF89a", TRUNCATED),
        (b"\x89PNG\r\n\x1a\n", DAMAGED),
        (b"RIFF\x04\0\0\0WEBP", DAMAGED),
        (b"RIFF\xff\0\0\0WEBP", TRUNCATED),
        (b"BM", DAMAGED),
    ],
)
def test_what_is_no_picture_is_said(data, said):
    """Empty files, web pages, other kinds of pictures and bare beginnings get a sentence each."""
    assert said in sentence(data)


def test_a_pillow_without_avif_says_so(monkeypatch):
    """Where Pillow was built without AVIF, an AVIF is a kind that is not read, and no damaged file."""
    monkeypatch.setattr(picture_file, "SUPPORTED", False)
    assert "not read here: AVIF" in sentence(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif")


@pytest.mark.parametrize("packing", [1, 2])
def test_a_bitmap_of_run_lengths_is_not_decoded(packing):
    """Few bytes of run lengths could keep Pillow busy for minutes, and nobody publishes them."""
    data = encoded(scene().convert("P"), "BMP")
    assert "run lengths" in sentence(data[:30] + bytes([packing]) + data[31:])


def test_content_decides_what_a_file_is():
    """The bytes of a PNG are a PNG, and those of a web page are none, whatever they are called."""
    assert open_picture(encoded(scene(), "PNG")).file.format == "PNG"
    assert "web page" in sentence(b"<html><body>" + encoded(scene()))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_picture_that_breaks_off_is_not_read(kind, share):
    """Half a file is unreadable, though half of the picture could be shown."""
    data = encoded(scene(), kind)
    assert sentence(data[: int(len(data) * share)]) in {TRUNCATED, DAMAGED}


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_that_breaks_off_is_not_read(kind):
    """An animation without its last frame's end is unreadable as well."""
    data = animation(kind, [scene(number, 64, 48) for number in range(5)])
    assert sentence(data[: len(data) * 3 // 4]) == TRUNCATED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damage_within_is_said(kind):
    """A file whose pixels are noise is damaged."""
    data = encoded(scene(), kind)
    noise = random.Random(1).randbytes(len(data) - 300)
    said = sentence(data[:200] + noise.replace(b"\xff", b"\0") + data[-100:])
    assert said in {DAMAGED, TRUNCATED}


def huge(kind, width, height):
    """A small file that announces a huge picture."""
    if kind == "JPEG":
        data = encoded(scene())
        start = data.index(b"\xff\xc0") + 5
        return data[:start] + struct.pack(">HH", height, width) + data[start + 4 :]
    if kind == "PNG":
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        data = encoded(scene(), "PNG")
        chunk = b"IHDR" + header
        return data[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
    if kind == "BMP":
        data = encoded(scene(), "BMP")
        return data[:18] + struct.pack("<ii", width, height) + data[26:]
    if kind == "GIF":
        data = encoded(scene(), "GIF")
        return data[:6] + struct.pack("<HH", width, height) + data[10:]
    head = b"\x10\0\0\0" + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    image = encoded(scene(), "WEBP")[12:]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + head + image
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "WEBP"])
def test_huge_pictures_are_not_decoded(kind, monkeypatch):
    """No room is made for a picture of more pixels than its format's limit, and Pillow's own guard stays as it is."""
    data, before = huge(kind, 16_000, 15_000), Image.MAX_IMAGE_PIXELS
    monkeypatch.setattr(Image.Image, "load", lambda _self: pytest.fail("it was decoded"))
    assert "16,000 by 15,000 pixels" in sentence(data)
    assert before == Image.MAX_IMAGE_PIXELS


def test_a_frame_that_sticks_out_counts():
    """A GIF's canvas is as large as what its frames need, and too large for the limit when they are."""
    data = animation("GIF", [scene(1, 64, 48), scene(2, 64, 48)])
    start = data.rindex(b"\x2c\0\0\0\0")
    assert "pixels" in sentence(data[: start + 1] + struct.pack("<HHHH", 60_000, 60_000, 64, 48) + data[start + 9 :])


def test_the_worst_picture_takes_a_bounded_amount_of_memory():
    """The bytes that each format's decoder needs for a pixel, times its limit of pixels, are what the module promises."""
    needs = {"JPEG": 8, "PNG": 17, "GIF": 12, "WebP": 20, "AVIF": 16, "BMP": 8}
    assert needs.keys() == LIMITS["pixels"].keys()
    assert max(needs[kind] * pixels for kind, pixels in LIMITS["pixels"].items()) <= 520_000_000


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP"])
def test_what_is_kept_of_a_large_picture_is_small(kind):
    """Between opening and asking for frames a picture is kept at the size that is ready."""
    picture = open_picture(encoded(scene(4, 3400, 1000), kind))
    assert max(picture._first.size) == LIMITS["ready"]


def test_large_files_are_not_looked_at(monkeypatch):
    """A file above the limit of bytes is turned away before anything reads it."""
    monkeypatch.setattr(picture_file, "take_apart", lambda _data: pytest.fail("it was read"))
    assert "40 MB" in sentence(bytes(LIMITS["bytes"] + 1))


def test_absurd_animations_are_not_decoded():
    """An animation of more frames than the limit gets a sentence."""
    data = animation("GIF", [Image.new("L", (1, 1), number % 2 * 255) for number in range(3)])
    start = data.index(b"\x21\xf9")
    frame = data[start : data.index(b"\x21\xf9", start + 1)]
    assert "5,002 frames" in sentence(
        data[:start] + frame * LIMITS["frames"] + data[data.index(b"\x21\xf9", start + 1) :]
    )


def test_endless_passes_are_not_decoded():
    """A JPEG of hundreds of passes, which would take minutes, gets a sentence."""
    data = encoded(scene(), progressive=True)
    last = data.rindex(b"\xff\xda")
    assert "passes" in sentence(data[:-2] + data[last:-2] * 300 + b"\xff\xd9")


def test_what_stands_behind_a_picture_is_left_alone():
    """A phone's film behind a JPEG is no part of it, and no pass."""
    data = encoded(scene())
    film = b"\0\0\0\x18ftypmp42" + b"\xff\xda" * 500 + random.Random(3).randbytes(500_000)
    assert open_picture(data + film).file.look == open_picture(data).file.look
    assert take_apart(data + film).pixels == take_apart(data).pixels


def test_texts_that_unpack_to_gigabytes_are_left_packed():
    """A PNG with a bomb of text is read as the picture that it is."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "0" * 20_000_000, zip=True)
    data = encoded(scene(), "PNG", pnginfo=info)
    assert open_picture(data).file.width == 640
    assert [len(text) for _, text in take_apart(data).texts] == [NOTE]


def test_frames_that_are_only_promised_are_missing():
    """A PNG that announces more frames than it has breaks off, and nothing waits for them."""
    data = animation("PNG", [scene(number, 64, 48) for number in range(3)])
    start = data.index(b"acTL") + 4
    with pytest.raises(Unreadable, match="breaks off"):
        open_picture(data[:start] + struct.pack(">I", 4) + data[start + 4 :])


def test_a_camera_s_second_picture_is_no_animation():
    """JPEGs with a further picture behind the first one count as one picture."""
    data = encoded(scene(), "MPO", save_all=True, append_images=[scene(2)])
    picture = open_picture(data)
    assert (picture.file.format, picture.file.frames) == ("JPEG", 1)


CHANGES = {
    "smaller": lambda image: encoded(image.resize((320, 240)), quality=80),
    "much smaller": lambda image: encoded(image.resize((150, 112)), quality=60),
    "larger": lambda image: encoded(image.resize((1600, 1200)), "PNG"),
    "poor quality": lambda image: encoded(image, quality=25),
    "WebP": lambda image: encoded(image, "WEBP", quality=50),
    "GIF": lambda image: encoded(image, "GIF"),
    "brighter": lambda image: encoded(image.point(lambda level: min(255, int(level * 1.1)))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_picture_looks_the_same(change):
    """A picture that was scaled or stored anew has a look that differs in at most six bits."""
    for seed in range(6):
        original = open_picture(encoded(scene(seed), quality=92)).file.look
        assert bits_apart(original, open_picture(CHANGES[change](scene(seed))).file.look) <= 6


def test_other_pictures_look_different():
    """Different scenes have looks that differ in more than six bits."""
    looks = [open_picture(encoded(scene(seed))).file.look for seed in range(30)]
    assert min(bits_apart(*pair) for pair in combinations(looks, 2)) > 6
    assert all(len(look) == 16 for look in looks)


def test_a_plain_picture_has_a_look_of_noughts():
    """Where nothing gets lighter, no bit is set, whatever noise storing it left."""
    assert open_picture(encoded(Image.new("RGB", (300, 200), "teal"), quality=30)).file.look == "0" * 16


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", AVIF])
def test_notes_are_found_in_each_format(kind):
    """Where a picture was taken, when, and that its owner is named, are read in all formats of cameras."""
    exif = Image.Exif()
    exif[0x013B] = "Somebody"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 57.0, 14.4), 3: "W", 4: (1.0, 9.0, 36.0)})
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:15:00"
    file = open_picture(encoded(scene(), kind, exif=exif)).file
    assert (file.position, file.taken.isoformat(), file.traces) == ("52.954,-1.160", "2026-11-20", ("owner",))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", AVIF])
def test_damaged_notes_do_no_harm(kind):
    """A picture with notes of noise is read, and Pillow says nothing about them."""
    exif = b"Exif\0\0II*\0\x08\0\0\0" + random.Random(2).randbytes(300)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        data = encoded(scene(), "JPEG", exif=exif) if kind == "JPEG" else encoded(scene(), kind)
        if kind == "PNG":
            chunk = b"eXIf" + exif[6:]
            data = (
                data[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
            )
        elif kind == "WEBP":
            data = encoded(scene(), kind, exif=exif)
        elif kind == "AVIF":
            good = Image.Exif()
            good[0x0131] = "X" * 40
            data = encoded(scene(), kind, exif=good)
            start = data.index(b"X" * 40) - 26
            data = data[: start + 8] + b"\xff" * 50 + data[start + 58 :]
        said.clear()
        file = open_picture(data).file
    assert (file.width, said) == (640, [])


def test_a_decoder_sees_no_notes():
    """Notes are kept from Pillow also where segments without a length or unknown ones might hide them."""
    exif = b"Exif\0\0II*\0\x08\0\0\0" + random.Random(2).randbytes(300)
    hidden = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    for marker in (b"\xc8", b"\xf0", b"\x36", b"\xdf"):
        data = encoded(scene())
        wrapped = b"\xff" + marker + struct.pack(">H", len(hidden) + 2) + hidden
        only_a_sentence(data[:2] + wrapped + data[2:])
        assert b"Exif" not in take_apart(data[:2] + wrapped + data[2:]).pixels


SMALL = (96, 64)


@cache
def whole_files():
    """A small file of each kind, to damage."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 57.0, 14.4), 3: "W", 4: (1.0, 9.0, 36.0)})
    image = scene(5, *SMALL)
    frames = [scene(seed, 48, 32) for seed in range(4)]
    kinds = ["JPEG", "PNG", "WEBP", *(["AVIF"] if features.check("avif") else [])]
    return [
        *(encoded(image, kind, exif=exif) for kind in kinds),
        encoded(image, progressive=True),
        encoded(image.convert("CMYK")),
        encoded(image.convert("RGBA"), "PNG"),
        encoded(image.convert("P"), "PNG", transparency=bytes(range(200))),
        encoded(image, "GIF"),
        encoded(image, "BMP"),
        *(animation(kind, frames) for kind in ("GIF", *kinds[1:])),
    ]


def only_a_sentence(data):
    """Nothing but Unreadable comes out, and no warning."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with suppress(Unreadable):
            for frame in open_picture(data).frames(40, 3):
                assert frame.dtype == np.uint8
                assert max(frame.shape) <= 40
    assert said == []


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    """Bytes of whatever kind are refused with a sentence."""
    only_a_sentence(data)


@settings(max_examples=150)
@given(
    head=st.sampled_from(
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x20\0\0\0WEBP", b"\0\0\0\x14ftypavif", b"BM"]
    ),
    data=st.binary(max_size=300),
)
def test_any_bytes_behind_a_good_beginning_are_read_or_refused(head, data):
    """A good beginning promises nothing."""
    only_a_sentence(head + data)


CHANGE = st.tuples(
    st.sampled_from(["flip", "cut", "insert", "replace"]),
    st.floats(0, 1, exclude_max=True),
    st.binary(min_size=1, max_size=6),
)


@settings(max_examples=300, deadline=None)
@given(which=st.integers(0, 99), changes=st.lists(CHANGE, min_size=1, max_size=6), early=st.booleans())
def test_damaged_files_are_read_or_refused(which, changes, early):
    """Files with bytes flipped, cut out or put in are read or refused, and never stop the run."""
    files = whole_files()
    data = bytearray(files[which % len(files)])
    for how, share, content in changes:
        place = int(share * (min(len(data), 200) if early else len(data)))
        if how == "flip" and data:
            data[place] ^= content[0] or 1
        elif how == "cut":
            del data[place : place + content[0]]
        elif how == "insert":
            data[place:place] = content
        else:
            data[place : place + len(content)] = content
    only_a_sentence(bytes(data))


def test_threads_do_not_disturb_each_other():
    """Pictures that are read at the same time come out as if read alone."""
    files = [encoded(scene(seed), kind) for seed in range(6) for kind in ("JPEG", "PNG", "GIF", "WEBP")]
    alone = [open_picture(data).file for data in files]
    together = [[] for _ in range(4)]

    def read(results):
        results.extend(open_picture(data).file for data in files)

    threads = [threading.Thread(target=read, args=(results,)) for results in together]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(results == alone for results in together)


def test_another_pillow_is_another_reader(monkeypatch):
    """What was read is kept under the reader's version, which changes with Pillow's decoders."""
    before = picture_file.version.__wrapped__()
    assert picture_file.version() == before
    monkeypatch.setattr(picture_file, "pillow", "0.0")
    assert picture_file.version.__wrapped__() != before
