<?php
/** Takes out everything that must differ between stores or belongs to the build. */

declare(strict_types=1);

require __DIR__ . '/load.php';

// The orders of the tour go, and with them what was scheduled for them. What else is scheduled is done here once
// instead of in every store.
if (class_exists('WooCommerce')) {
    foreach (wc_get_orders(['status' => [...array_keys(wc_get_order_statuses()), 'checkout-draft'], 'limit' => -1]) as $order) {
        $order->delete(true);
    }
    as_unschedule_all_actions('wc-admin_import_orders');
    for ($round = 0; $round < 20 && ActionScheduler::runner()->run('Snapshot') > 0; $round++) {
    }
    foreach (['complete', 'canceled', 'failed'] as $state) {
        $wpdb->delete($wpdb->prefix . 'actionscheduler_actions', ['status' => $state]);
    }
}
foreach (['wp_version_check', 'wp_update_plugins', 'wp_update_themes'] as $hook) {
    wp_clear_scheduled_hook($hook);
}

$wpdb->query("DELETE FROM $wpdb->options WHERE option_name LIKE '\\_transient\\_%' OR option_name LIKE '\\_site\\_transient\\_%' OR option_name LIKE 'storefleet\\_login\\_%'");
$wpdb->query("DELETE FROM $wpdb->options WHERE option_name IN ('storefleet_applied', 'woocommerce_share_key', 'woocommerce_store_id', 'auth_key', 'auth_salt', 'logged_in_key', 'logged_in_salt', 'nonce_key', 'nonce_salt', 'secret_key', 'recovery_keys')");
$wpdb->query("DELETE FROM $wpdb->usermeta WHERE meta_key IN ('session_tokens', '_woocommerce_persistent_cart_1', 'wc_last_active', '_woocommerce_load_saved_cart_after_login', 'last_update') OR meta_key LIKE '%dashboard_quick_press_last_post_id'");
$wpdb->query("DELETE FROM $wpdb->posts WHERE post_status = 'auto-draft'");
$wpdb->query("DELETE m FROM $wpdb->postmeta m LEFT JOIN $wpdb->posts p ON p.ID = m.post_id WHERE p.ID IS NULL");
foreach (['woocommerce_sessions', 'woocommerce_log', 'actionscheduler_logs', 'wc_customer_lookup', 'wc_order_stats', 'wc_order_product_lookup'] as $table) {
    if ($wpdb->get_var($wpdb->prepare('SHOW TABLES LIKE %s', $wpdb->esc_like($wpdb->prefix . $table)))) {
        $wpdb->query("TRUNCATE {$wpdb->prefix}$table");
    }
}
$wpdb->update($wpdb->users, ['user_pass' => '!', 'user_login' => 'admin', 'user_email' => 'admin@store.invalid', 'user_registered' => '2026-01-01 00:00:00'], ['ID' => (int) get_option('storefleet_admin_id')]);
foreach (['admin_email' => 'admin@store.invalid', 'blogname' => 'Store', 'woocommerce_email_from_address' => '', 'woocommerce_email_from_name' => 'Store'] as $name => $value) {
    update_option($name, $value);
}
foreach ($wpdb->get_col("SHOW TABLES LIKE '" . $wpdb->esc_like($wpdb->prefix) . "%'") as $table) {
    $wpdb->query("ANALYZE TABLE `$table`");
}
