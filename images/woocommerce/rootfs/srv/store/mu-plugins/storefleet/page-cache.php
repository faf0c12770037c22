<?php
/**
 * Says which pages nginx may keep for a few seconds: only those that look the same to every stranger. nginx keeps
 * nothing that is not named here, and nothing for visitors who carry a cookie that might be theirs (nginx.conf).
 */

declare(strict_types=1);

defined('ABSPATH') || exit;

const STOREFLEET_CACHE_SECONDS = 10;

add_action('template_redirect', static function (): void {
    if (storefleet_same_for_everybody()) {
        header('X-Accel-Expires: ' . STOREFLEET_CACHE_SECONDS);
    }
}, PHP_INT_MAX);

function storefleet_same_for_everybody(): bool
{
    $shopper = function_exists('WC') && (
        is_cart() || is_checkout() || is_account_page()
        || (WC()->cart !== null && !WC()->cart->is_empty())
        || wc_notice_count() > 0
        // Prices then depend on where the shopper is.
        || str_starts_with((string) get_option('woocommerce_default_customer_address'), 'geolocation')
    );
    return ($_SERVER['REQUEST_METHOD'] ?? '') === 'GET'
        && ($_SERVER['QUERY_STRING'] ?? '') === ''
        && (is_front_page() || is_home() || is_singular() || is_archive())
        && !is_user_logged_in() && !is_preview() && !is_feed() && !is_embed()
        && !post_password_required()
        && !(defined('DONOTCACHEPAGE') && DONOTCACHEPAGE)
        && !$shopper;
}

// What a merchant saves is seen at once; everything else (stock, scheduled sales) after the seconds above.
add_action('shutdown', static function (): void {
    if (!in_array($_SERVER['REQUEST_METHOD'] ?? 'GET', ['GET', 'HEAD'], true) && current_user_can('edit_posts')) {
        storefleet_forget_pages();
    }
});
