<?php
/** DELETE /wp-json/storefleet/v1/session ends the session that asks: the platform's check leaves none behind. */

declare(strict_types=1);

defined('ABSPATH') || exit;

add_action('rest_api_init', static function (): void {
    register_rest_route('storefleet/v1', '/session', [
        'methods' => 'DELETE',
        'permission_callback' => 'is_user_logged_in',
        'callback' => static function (): WP_REST_Response {
            wp_logout();
            return new WP_REST_Response(null, 204);
        },
    ]);
});
