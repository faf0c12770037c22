<?php
/** Code is part of the image: nothing asks for updates, and who looks for plugins or themes is told where they come from. */

declare(strict_types=1);

defined('ABSPATH') || exit;

const STOREFLEET_CODE_NOTICE = 'Plugins and themes are part of this store\'s image, and so are their updates: nothing is installed or edited here. Ask whoever runs the platform to add what is missing.';

foreach ([
    'admin_init' => ['_maybe_update_core', '_maybe_update_plugins', '_maybe_update_themes'],
    'init' => ['wp_schedule_update_checks'],
    'wp_version_check' => ['wp_version_check'],
    'wp_maybe_auto_update' => ['wp_maybe_auto_update'],
    'wp_update_plugins' => ['wp_update_plugins'], 'load-plugins.php' => ['wp_update_plugins'], 'load-update-core.php' => ['wp_update_plugins', 'wp_update_themes'],
    'wp_update_themes' => ['wp_update_themes'], 'load-themes.php' => ['wp_update_themes'],
] as $hook => $checks) {
    foreach ($checks as $check) {
        remove_action($hook, $check);
    }
}

// Advice about updates, installers and requests to the store itself cannot be followed here.
add_filter('site_status_tests', static function (array $tests): array {
    foreach (['wordpress_version', 'plugin_theme_auto_updates', 'update_temp_backup_writable', 'available_updates_disk_space', 'http_requests'] as $name) {
        unset($tests['direct'][$name]);
    }
    foreach (['dotorg_communication', 'background_updates', 'loopback_requests', 'page_cache'] as $name) {
        unset($tests['async'][$name]);
    }
    return $tests;
});
add_filter('woocommerce_show_addons_page', '__return_false');
add_filter('woocommerce_allow_marketplace_suggestions', '__return_false');
add_filter('woocommerce_admin_features', static fn (array $features): array => array_values(array_diff($features, [
    'core-profiler', 'mobile-app-banner', 'woo-mobile-welcome', 'remote-inbox-notifications', 'remote-free-extensions',
    'payment-gateway-suggestions', 'printful', 'shipping-label-banner', 'wc-pay-promotion', 'wc-pay-welcome-page',
])));

add_action('admin_notices', static function (): void {
    if (in_array(get_current_screen()?->id, ['plugins', 'themes'], true)) {
        echo '<div class="notice notice-info"><p>', esc_html(STOREFLEET_CODE_NOTICE), '</p></div>';
    }
});
$refuse = static function (): void {
    if (in_array($GLOBALS['pagenow'], ['plugin-install.php', 'theme-install.php', 'update-core.php', 'plugin-editor.php', 'theme-editor.php'], true)) {
        wp_die(esc_html(STOREFLEET_CODE_NOTICE), 'Part of the image', ['response' => 403, 'back_link' => true]);
    }
};
// The menu refuses some of these pages before admin_init, the others refuse after it.
add_action('admin_page_access_denied', $refuse);
add_action('admin_init', $refuse);
