<?php
/** A shop one can order from: pages, cash on delivery, shipping; open, without a setup wizard. */

declare(strict_types=1);

require __DIR__ . '/load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

WC_Install::install();
WC_Install::create_pages();

$settings = [
    // Orders in tables of their own, as in every shop that begins today: the installer decides so only in a browser.
    'woocommerce_custom_orders_table_enabled' => 'yes', 'woocommerce_custom_orders_table_data_sync_enabled' => 'no',
    'woocommerce_coming_soon' => 'no', 'woocommerce_store_pages_only' => 'no', 'woocommerce_private_link' => 'no',
    'woocommerce_onboarding_profile' => ['skipped' => true, 'completed' => true],
    'woocommerce_task_list_hidden' => 'yes', 'woocommerce_task_list_complete' => 'yes',
    'woocommerce_task_list_hidden_lists' => ['setup', 'extended'],
    'woocommerce_show_marketplace_suggestions' => 'no', 'woocommerce_allow_tracking' => 'no',
    'woocommerce_default_country' => 'US:CA', 'woocommerce_currency' => 'USD',
    'woocommerce_store_address' => '1 Market Street', 'woocommerce_store_city' => 'San Francisco', 'woocommerce_store_postcode' => '94105',
    'woocommerce_enable_guest_checkout' => 'yes', 'woocommerce_calc_taxes' => 'no',
    'woocommerce_cod_settings' => [
        'enabled' => 'yes', 'title' => 'Cash on delivery', 'description' => 'Pay with cash upon delivery.',
        'instructions' => 'Pay with cash upon delivery.', 'enable_for_methods' => [], 'enable_for_virtual' => 'yes',
    ],
];
foreach ($settings as $name => $value) {
    update_option($name, $value);
}

$zone = new WC_Shipping_Zone();
$zone->set_zone_name('Everywhere');
$zone->save();
foreach (array_keys(WC()->countries->get_continents()) as $continent) {
    $zone->add_location($continent, 'continent');
}
$zone->save();
$flat = $zone->add_shipping_method('flat_rate');
update_option("woocommerce_flat_rate_{$flat}_settings", ['title' => 'Flat rate', 'tax_status' => 'taxable', 'cost' => '5.00', 'type' => 'class']);
$free = $zone->add_shipping_method('free_shipping');
update_option("woocommerce_free_shipping_{$free}_settings", ['title' => 'Free shipping', 'requires' => 'min_amount', 'min_amount' => '75', 'ignore_discounts' => 'no']);

echo 'WooCommerce ', WC()->version, ', shop page ', wc_get_page_id('shop'), ', zones ', count(WC_Shipping_Zones::get_zones()), "\n";
