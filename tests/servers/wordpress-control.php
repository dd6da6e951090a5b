<?php
// Calls WordPress functions: reads [[function, argument, …], …] as JSON, writes the list of their results.
// An argument {"result": n} stands for the result of call n. usage: php wordpress-control.php ROOT
define('ABSPATH', "$argv[1]/");
$calls = json_decode(stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR);
$_SERVER['HTTP_HOST'] = parse_url(getenv('WORDPRESS_URL'), PHP_URL_HOST);
if ($calls[0][0] === 'wp_install') {
    define('WP_INSTALLING', true);
}
require ABSPATH . 'wp-load.php';
require ABSPATH . 'wp-admin/includes/admin.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_set_current_user(1); // an administrator, whose HTML WordPress leaves as it is

$results = [];
foreach ($calls as $arguments) {
    $function = array_shift($arguments);
    foreach ($arguments as &$argument) {
        $argument = is_array($argument) && isset($argument['result']) ? $results[$argument['result']] : wp_slash($argument);
    }
    unset($argument);
    $result = $function(...$arguments);
    if (is_wp_error($result)) {
        fwrite(STDERR, "$function: " . implode(' ', $result->get_error_messages()) . "\n");
        exit(1);
    }
    $results[] = $result;
}
echo json_encode($results, JSON_THROW_ON_ERROR | JSON_PARTIAL_OUTPUT_ON_ERROR);
