<?php
/** Loads WordPress for a build script on the command line. */

declare(strict_types=1);

$_SERVER += ['HTTP_HOST' => 'store.invalid', 'SERVER_NAME' => 'store.invalid', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1'];
ini_set('display_errors', 'stderr');

require '/srv/store/wordpress/wp-load.php';
