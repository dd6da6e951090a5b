"""What the notes beside a picture's pixels say, and that names and numbers in them are never handed on."""

import io
import random
import struct
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from checks.readers.picture_file import open_picture
from checks.readers.picture_notes import Notes, read_notes, read_turn
from checks.readers.picture_parts import Parts, take_apart

NEWS = "http://cv.iptc.org/newscodes/digitalsourcetype/"
LONDON = {1: "N", 2: (51.0, 30.0, 2.5), 3: "W", 4: (0.0, 7.0, 28.6)}


def exif(tags=None, camera=None, gps=None):
    """An EXIF block."""
    block = Image.Exif()
    block.update(tags or {})
    block.get_ifd(0x8769).update(camera or {})
    block.get_ifd(0x8825).update(gps or {})
    return block.tobytes()[6:]


def xmp(attributes="", body=""):
    """An XMP packet, padded as programs do."""
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/"
 xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 {attributes}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>{" " * 500}<?xpacket end="w"?>""".encode()


def notes(**parts):
    """What a picture with these parts says."""
    return read_notes(Parts("JPEG", b"", **parts))


@pytest.mark.parametrize(
    ("gps", "position"),
    [
        (LONDON, "51.501,-0.125"),
        ({1: "S", 2: (33.0, 51.0, 25.0), 3: "E", 4: (151.0, 12.0, 40.0)}, "-33.857,151.211"),
        ({1: "N", 2: (52.5, 0.0, 0.0), 3: "W", 4: (1.25, 0.0, 0.0)}, "52.500,-1.250"),
        ({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}, ""),
        ({1: "N", 2: (91.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)}, ""),
        ({1: "N", 2: (51.0, 0.0, 0.0), 3: "E", 4: (181.0, 0.0, 0.0)}, ""),
        ({1: "N", 2: (51.0, 0.0, 0.0)}, ""),
        ({1: "N", 2: (IFDRational(51, 0), 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)}, ""),
        ({1: "N", 2: (51.0, 30.0, IFDRational(0, 0)), 3: "W", 4: (1.0, 0.0, IFDRational(0, 0))}, "51.500,-1.000"),
        ({29: "2026:11:20"}, ""),
    ],
)
def test_where_the_camera_was(gps, position):
    """A position has three places; none, nowhere at sea and impossible ones are no position."""
    assert notes(exif=exif(gps=gps)).position == position


@pytest.mark.parametrize(
    ("latitude", "longitude", "position"),
    [
        ("51,30.0416N", "0,7.4766W", "51.501,-0.125"),
        ("51,30,2.5N", "0,7,28.6W", "51.501,-0.125"),
        ("nanN", "1,0W", ""),
        ("infN", "1,0W", ""),
        ("51,30.0416", "0,7.4766", ""),
        ("N", "W", ""),
        ("51," + "9" * 400 + "N", "0,7W", ""),
    ],
)
def test_where_a_program_says_that_the_camera_was(latitude, longitude, position):
    """XMP's positions are read where EXIF has none."""
    packet = xmp(f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"')
    assert notes(xmp=packet).position == position
    assert notes(xmp=packet, exif=exif(gps=LONDON)).position == "51.501,-0.125"


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("2026:11:20 10:15:00", date(2026, 11, 20)),
        ("0000:00:00 00:00:00", None),
        ("2026:02:30 10:15:00", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
    ],
)
def test_when_the_picture_was_taken(written, taken):
    """The camera's day is read where it is a day."""
    assert notes(exif=exif(camera={0x9003: written})).taken == taken


def test_a_program_s_day_counts_where_the_camera_has_none():
    """XMP's day of taking is read where EXIF has none."""
    assert notes(xmp=xmp('photoshop:DateCreated="2026-11-19T09:00:00+00:00"')).taken == date(2026, 11, 19)
    assert notes(xmp=xmp('xmp:ModifyDate="2026-11-19"')).taken is None


PERSON = "<rdf:Seq><rdf:li>Otter Holt</rdf:li></rdf:Seq>"
REGION = (
    "<mwg-rs:Regions><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name='Wren Larch' mwg-rs:Type='{}'/></rdf:li></rdf:Bag>"
    "</mwg-rs:Regions>"
)


@pytest.mark.parametrize(
    ("parts", "traces"),
    [
        ({"exif": exif({0x013B: "Otter Holt"})}, ("owner",)),
        ({"exif": exif({0x9C9D: "Otter".encode("utf-16-le")})}, ("owner",)),
        ({"exif": exif(camera={0xA430: "Otter Holt"})}, ("owner",)),
        ({"exif": exif({0x013B: "   "}, {0xA430: "\0\0"})}, ()),
        ({"exif": exif({0x8298: "Hazelbrook Primary School"})}, ()),
        ({"xmp": xmp(body=f"<dc:creator>{PERSON}</dc:creator>")}, ("owner",)),
        ({"texts": (("Author", "Otter Holt"), ("Title", "Trip"))}, ("owner",)),
        ({"exif": exif(camera={0xA431: "0123456"})}, ("serial number",)),
        ({"exif": exif(camera={0xA435: "0000000"})}, ()),
        ({"xmp": xmp('aux:SerialNumber="77"')}, ("serial number",)),
        ({"xmp": xmp(body="<xmp:Thumbnails><xmpGImg:image>/9j/</xmpGImg:image></xmp:Thumbnails>")}, ("thumbnail",)),
        ({"xmp": xmp(body=f"<ext:PersonInImage>{PERSON}</ext:PersonInImage>")}, ("people's names",)),
        ({"xmp": xmp(body=REGION.format("Face"))}, ("people's names",)),
        ({"xmp": xmp(body=REGION.format("Pet"))}, ()),
        ({"exif": exif({0x013B: "O"}, {0xA431: "1"})}, ("owner", "serial number")),
        ({}, ()),
    ],
)
def test_what_of_people_is_hidden(parts, traces):
    """That an owner, a serial number or names are written down is told, whichever way it was written."""
    assert notes(**parts).traces == traces


def records(*values):
    """Photoshop's resources with IPTC records."""
    body = b"".join(b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(value)) + value for number, value in values)
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(body)) + body + b"\0" * (len(body) % 2)


def test_photoshop_s_records_are_read():
    """An IPTC by-line is an owner, and Photoshop's own small picture a thumbnail."""
    assert notes(photoshop=records((80, b"Otter Holt"))).traces == ("owner",)
    assert notes(photoshop=records((80, b"  "), (5, b"Title"))).traces == ()
    assert notes(photoshop=records((5, b"Title")) + b"8BIM\x04\x0c\0\0\0\0\0\x02ab").traces == ("thumbnail",)
    assert notes(photoshop=records((110, b"Edited with Google AI"))).made_with == "edited with AI"


def test_a_camera_s_thumbnail_is_told():
    """A small picture in EXIF is a trace: it may show what was cropped away."""
    small = b"\xff\xd8" + b"\0" * 20
    head = b"II*\0" + struct.pack("<IHI", 8, 0, 14)
    entries = struct.pack("<HHHIIHHII", 2, 0x0201, 4, 1, 44, 0x0202, 4, 1, len(small)) + struct.pack("<I", 0)
    assert notes(exif=head + entries + small).traces == ("thumbnail",)
    assert notes(exif=head + entries + b"\0" * 22).traces == ()


def test_names_and_numbers_are_never_handed_on():
    """Neither the notes nor the facts of a file hold a name, a serial number or a text from the file."""
    block = Image.Exif()
    block[0x013B] = "Otter Holt"
    block.get_ifd(0x8769)[0xA431] = "SN-998877"
    packet = xmp(body=f"<dc:creator>{PERSON}</dc:creator>" + REGION.format("Face"))
    picture = Image.new("RGB", (40, 30))
    path = _saved(picture, exif=block, xmp=packet)
    held = repr(asdict(open_picture(path).file)) + repr(read_notes(take_apart(path)))
    assert "owner" in held
    assert not any(secret in held for secret in ("Otter", "998877", "Wren"))


def _saved(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def manifest(*kinds):
    """A store of content credentials that names these kinds of sources."""
    said = b"".join(b"\x71digitalSourceType\x78\x46" + (NEWS + kind).encode() for kind in kinds)
    return b"\0\0\0\x40jumb\0\0\0\x20jumdc2pa\0c2pa.actions.v2" + said


@pytest.mark.parametrize(
    ("parts", "made_with"),
    [
        ({"xmp": xmp(f'ext:DigitalSourceType="{NEWS}trainedAlgorithmicMedia"')}, "made by AI"),
        ({"xmp": xmp(f'ext:DigitalSourceType="{NEWS.replace("http", "https")}trainedAlgorithmicMedia"')}, "made by AI"),
        (
            {"xmp": xmp(body=f"<ext:DigitalSourceType>{NEWS}trainedAlgorithmicMedia</ext:DigitalSourceType>")},
            "made by AI",
        ),
        ({"xmp": xmp('ext:DigitalSourceType="digsrctype:trainedAlgorithmicMedia"')}, "made by AI"),
        ({"xmp": xmp(f'ext:DigitalSourceType="{NEWS}compositeWithTrainedAlgorithmicMedia"')}, "edited with AI"),
        ({"xmp": xmp(f'ext:DigitalSourceType="{NEWS}compositeSynthetic"')}, "edited with AI"),
        ({"xmp": xmp(f'ext:DigitalSourceType="{NEWS}digitalCapture"')}, ""),
        ({"xmp": xmp(f'ext:DigitalSourceType="{NEWS}algorithmicMedia"')}, ""),
        ({"c2pa": manifest("trainedAlgorithmicMedia")}, "made by AI"),
        ({"c2pa": manifest("compositeWithTrainedAlgorithmicMedia")}, "edited with AI"),
        ({"c2pa": manifest("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")}, "edited with AI"),
        ({"c2pa": manifest("computationalCapture", "trainedAlgorithmicMedia")}, "edited with AI"),
        ({"c2pa": manifest("computationalCapture")}, ""),
        ({"c2pa": manifest()}, ""),
        ({"xmp": xmp('photoshop:Credit="Made with Google AI"')}, "made by AI"),
        ({"xmp": xmp('photoshop:Credit="Edited with Google AI"')}, "edited with AI"),
        ({"xmp": xmp('photoshop:Credit="Hazelbrook Primary School"')}, ""),
        ({"xmp": xmp(body="<TC260:AIGC>{&quot;Label&quot;: &quot;1&quot;}</TC260:AIGC>")}, "made by AI"),
        ({"xmp": xmp(body="<TC260:AIGC>{&quot;Label&quot;:&quot;3&quot;}</TC260:AIGC>")}, ""),
        ({"xmp": xmp('xmp:CreatorTool="Adobe Firefly 3"')}, "made by AI"),
        ({"xmp": xmp('xmp:CreatorTool="Canva"')}, ""),
        ({"exif": exif({0x0131: "NovelAI"})}, "made by AI"),
        ({"exif": exif({0x0131: "Adobe Photoshop 27.0"})}, ""),
        ({"exif": exif({0x0110: 'prompt:{"3": {"class_type": "KSampler"}}'})}, "made by AI"),
        ({"exif": exif({0x0110: "DMC-TZ100"})}, ""),
        (
            {"exif": exif(camera={0x9286: b"UNICODE\0" + "a hill\nSteps: 20, Sampler: Euler".encode("utf-16-be")})},
            "made by AI",
        ),
        (
            {"exif": exif(camera={0x9286: b"UNICODE\0" + "a hill\nSteps: 20, Sampler: Euler".encode("utf-16-le")})},
            "made by AI",
        ),
        ({"exif": exif(camera={0x9286: b"ASCII\0\0\0Our trip. Steps: 20 up the tower"})}, ""),
        ({"texts": (("parameters", "a hill\nSteps: 20, Sampler: Euler a, Seed: 1"),)}, "made by AI"),
        ({"texts": (("prompt", '{"3": {"class_type": "KSampler"}}'),)}, "made by AI"),
        ({"texts": (("workflow", '{"last_node_id": 9, "nodes": []}'),)}, "made by AI"),
        ({"texts": (("invokeai_metadata", "{}"),)}, "made by AI"),
        ({"texts": (("Software", "NovelAI"),)}, "made by AI"),
        ({"texts": (("Software", "Paint.NET"), ("parameters", "A4"), ("prompt", "please smile"))}, ""),
    ],
)
def test_who_drew_the_picture(parts, made_with):
    """Generators and editors that leave a mark are told; cameras and ordinary programs leave none."""
    assert notes(**parts).made_with == made_with


def segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + b"\0\0\0\0"


def test_credentials_are_found_where_each_format_keeps_them():
    """A store of credentials is put together from a JPEG's segments, a PNG's chunk, a WebP's chunk and an AVIF's box."""
    store = manifest("trainedAlgorithmicMedia", *["digitalCreation"] * 3)
    cut = store.index(b"trainedAlg") + 5  # the name itself runs over two segments
    pieces = [
        b"JP\0\x01\0\0\0\x01" + store[:cut],
        b"JP\0\x01\0\0\0\x02" + store[:8] + store[cut:],
    ]
    jpeg = b"\xff\xd8" + b"".join(segment(0xEB, piece) for piece in pieces) + b"\xff\xda\0\x02\xff\xd9"
    assert take_apart(jpeg).c2pa == store
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"caBX", store) + chunk(b"IEND", b"")
    assert take_apart(png).c2pa == store
    body = (
        b"WEBPVP8X\x0a\0\0\0" + b"\0" * 10 + b"C2PA" + struct.pack("<I", len(store)) + store + b"\0" * (len(store) % 2)
    )
    assert take_apart(b"RIFF" + struct.pack("<I", len(body)) + body).c2pa == store
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    box = struct.pack(">I", 24 + len(store)) + b"uuid" + uuid + store
    assert take_apart(b"\0\0\0\x14ftypavif\0\0\0\0avif" + box).c2pa == store


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<x:xmpmeta",
        b"<x:xmpmeta></x:xmpmeta>",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<a>" * 10_000 + b"</x:xmpmeta>",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>&lol;</x:xmpmeta>",
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&x;</x:xmpmeta>",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/' x:a='\xff\xfe'/></x:xmpmeta>",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b" " * 600_000 + b"</x:xmpmeta>",
    ],
)
def test_damaged_xmp_says_nothing(packet):
    """Packets that are no XML, that nest without end, name entities or are too long say nothing."""
    assert notes(xmp=packet) == Notes()


def test_each_text_of_xmp_is_read_once():
    """Properties within properties, which would multiply what is kept, count where they stand."""
    deep = 200
    body = "<dc:creator>" * deep + "<dc:title>x</dc:title>" * 20_000 + "</dc:creator>" * deep
    assert notes(xmp=xmp(body=body)).traces == ()
    assert notes(xmp=xmp(body="<dc:creator>" * deep + "x" + "</dc:creator>" * deep)).traces == ("owner",)


@given(data=st.binary(max_size=400), little=st.booleans())
def test_any_bytes_can_be_notes(data, little):
    """Whatever stands in the notes, reading them raises nothing."""
    head = b"II*\0\x08\0\0\0" if little else b"MM\0*\0\0\0\x08"
    read_notes(Parts("JPEG", b"", exif=head + data, xmp=data, photoshop=b"8BIM" + data, c2pa=data))
    assert 1 <= read_turn(head + data) <= 8


@given(st.data())
def test_damaged_exif_raises_nothing(data):
    """EXIF with bytes changed says something or nothing."""
    block = bytearray(exif({0x0112: 6, 0x013B: "O"}, {0x9003: "2026:11:20 10:15:00", 0x9286: b"UNICODE\0ab"}, LONDON))
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(block) - 1), st.integers(0, 255)), max_size=8)):
        block[place] = value
    assert isinstance(notes(exif=bytes(block)), Notes)


def test_directories_that_lead_in_circles_end():
    """EXIF whose directories point at each other is read once."""
    block = b"II*\0\x08\0\0\0" + struct.pack("<HHHIIHHIII", 2, 0x8769, 4, 1, 8, 0x8825, 4, 1, 8, 8)
    assert notes(exif=block) == Notes()
    assert notes(exif=b"II*\0\x08\0\0\0\xff\xff" + random.Random(1).randbytes(500_000)).position == ""
