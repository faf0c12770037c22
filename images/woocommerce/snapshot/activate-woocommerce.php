<?php
/** Activates the plugin; a process of its own, because its installer needs a start with it active. */

declare(strict_types=1);

require __DIR__ . '/load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

$problem = activate_plugin('woocommerce/woocommerce.php');
if (is_wp_error($problem)) {
    fwrite(STDERR, $problem->get_error_message() . "\n");
    exit(1);
}
