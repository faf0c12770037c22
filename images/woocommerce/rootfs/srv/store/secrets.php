<?php
/** Secrets of this store: one file each, mounted from the Kubernetes Secret. */

declare(strict_types=1);

/** The secret's value without trailing line ends, or null when it is missing or empty. */
function storefleet_secret(string $name): ?string
{
    $folder = getenv('STORE_SECRETS') ?: '/run/secrets/store';
    $value = @file_get_contents("$folder/$name");
    if ($value === false) {
        // The kubelet changes secrets by pointing a symbolic link at a new folder and removing the old one: where
        // PHP remembers the old way (realpath_cache_ttl), it is to look again before the store is called broken.
        clearstatcache(true);
        $value = @file_get_contents("$folder/$name");
    }
    $value = $value === false ? '' : rtrim($value, "\n");
    return $value === '' ? null : $value;
}
