<?php
// wp-config.php of the test blog: SQLite beside it, nothing from outside. WORDPRESS_URL is set by wordpress.py.
define('WP_HOME', getenv('WORDPRESS_URL'));
define('WP_SITEURL', WP_HOME);
foreach (['DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST', 'DB_COLLATE'] as $unused) {
    define($unused, 'unused');
}
define('DB_CHARSET', 'utf8mb4');
define('DB_DIR', __DIR__);
define('DB_FILE', 'wordpress.sqlite');
define('WP_CONTENT_DIR', __DIR__ . '/wp-content');
define('WP_DEFAULT_THEME', 'plain');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
