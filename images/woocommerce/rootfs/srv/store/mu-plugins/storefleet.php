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
foreach (['wp_mail' => 'wp_staticize_emoji_for_email', 'the_content_feed' => 'wp_staticize_emoji', 'comment_text_rss' => 'wp_staticize_emoji'] as $hook => $filter) {
    remove_filter($hook, $filter);
}
remove_action('wp_head', 'wp_generator');

// The title is shown as it was given: straight quotes stay straight, and HTML in it stays text in mail too.
foreach (['bloginfo', 'document_title'] as $hook) {
    remove_filter($hook, 'wptexturize');
    remove_filter($hook, 'capital_P_dangit', 11);
}
add_filter('document_title_separator', static fn (): string => '–');
// Block themes set the type of whole pages; only what is written as an entity escapes it.
add_filter('render_block_core/site-title', static function (string $block): string {
    $title = (string) get_option('blogname');
    return str_replace($title, strtr($title, ['-' => '&#45;', '.' => '&#46;', '`' => '&#96;', 'x' => '&#120;']), $block);
});
add_filter('woocommerce_email_footer_text', static fn (string $text): string => str_replace(['{site_title}', '{blogname}'], (string) get_option('blogname'), $text), 5);

require __DIR__ . '/storefleet/read-only-code.php';
require __DIR__ . '/storefleet/page-cache.php';
require __DIR__ . '/storefleet/session.php';

if (!in_array('woocommerce/woocommerce.php', (array) get_option('active_plugins', []), true)) {
    require __DIR__ . '/storefleet/catalogue.php';
}
