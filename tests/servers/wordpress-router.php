<?php
// WordPress's addresses on PHP's own web server: a file when there is one, else index.php decides.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
define('ABSPATH', "$root/"); // the core is reached through links, and would take their target for its home
if (is_file($root . $path)) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = "$root/index.php";
require "$root/index.php";
