<?php
/** A fresh WordPress: placeholder address, an admin account nobody can log in to, no mail sent. */

declare(strict_types=1);

define('WP_INSTALLING', true);
require __DIR__ . '/load.php';
function wp_new_blog_notification(): void
{
}
function wp_install_defaults(): void
{
    // The store brings pages of its own: no sample post, no sample comment, only the category WordPress needs.
    global $wpdb;
    $wpdb->insert($wpdb->terms, ['term_id' => 1, 'name' => 'Uncategorized', 'slug' => 'uncategorized', 'term_group' => 0]);
    $wpdb->insert($wpdb->term_taxonomy, ['term_taxonomy_id' => 1, 'term_id' => 1, 'taxonomy' => 'category', 'description' => '', 'parent' => 0, 'count' => 0]);
    update_option('default_category', 1);
}
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

define('WP_SITEURL', 'http://store.invalid');
$result = wp_install('Store', 'admin', 'admin@store.invalid', true, '', bin2hex(random_bytes(32)));
$wpdb->update($wpdb->users, ['user_pass' => '!'], ['ID' => $result['user_id']]);
update_option('storefleet_admin_id', $result['user_id']);

$settings = [
    'siteurl' => 'http://store.invalid', 'home' => 'http://store.invalid',
    'permalink_structure' => '/%postname%/', 'blogdescription' => '', 'blog_public' => '1',
    'default_comment_status' => 'closed', 'default_ping_status' => 'closed', 'default_pingback_flag' => '0',
    'users_can_register' => '0', 'timezone_string' => 'UTC', 'show_avatars' => '0',
    'uploads_use_yearmonth_folders' => '0',
];
foreach ($settings as $name => $value) {
    update_option($name, $value);
}
// A theme that was handed to the build is the store's theme.
$given = array_filter(array_keys(wp_get_themes()), static fn (string $name): bool => !str_starts_with($name, 'twentytwenty'));
switch_theme(reset($given) ?: 'twentytwentyfive');
echo "WordPress $wp_version with the theme ", get_stylesheet(), "\n";
