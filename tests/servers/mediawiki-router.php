<?php
// Wikipedia's addresses on PHP's own web server: /w/ holds the scripts, /wiki/Title an article.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (str_starts_with($path, '/wiki/') || $path === '/') {
    $_SERVER['SCRIPT_NAME'] = '/w/index.php';
    $_SERVER['SCRIPT_FILENAME'] = "$root/w/index.php";
    require "$root/w/index.php";
    return true;
}
return false;
