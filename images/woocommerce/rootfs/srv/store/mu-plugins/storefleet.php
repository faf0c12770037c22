<?php
/**
 * Plugin Name: Storefleet
 * Description: Fits WordPress to a store of the platform; without WooCommerce it brings a plain catalogue.
 */

declare(strict_types=1);

defined('ABSPATH') || exit;

// Without a mail server a message fails at once instead of holding up an order.
if (!getenv('STORE_SMTP_HOST')) {
    add_filter('pre_wp_mail', '__return_false');
} else {
    add_action('phpmailer_init', static function ($mailer): void {
        $mailer->isSMTP();
        $mailer->Host = (string) getenv('STORE_SMTP_HOST');
        $mailer->Port = (int) (getenv('STORE_SMTP_PORT') ?: 25);
        $mailer->Timeout = 10;
    });
}

// The look of the pages is served by the store itself: no picture services, no remote patterns.
add_filter('get_avatar_url', static fn (): string => 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/%3E');
add_filter('should_load_remote_block_patterns', '__return_false');
add_filter('emoji_svg_url', '__return_false');
remove_action('wp_head', 'print_emoji_detection_script', 7);
remove_action('wp_head', 'wp_generator');

if (!in_array('woocommerce/woocommerce.php', (array) get_option('active_plugins', []), true)) {
    require __DIR__ . '/storefleet/catalogue.php';
}
