<?php
/** Secrets of this store: one file each, mounted from the Kubernetes Secret. */

declare(strict_types=1);

/** The secret's value without trailing line ends, or null when it is missing or empty. */
function storefleet_secret(string $name): ?string
{
    $folder = getenv('STORE_SECRETS') ?: '/run/secrets/store';
    $value = @file_get_contents("$folder/$name");
    $value = $value === false ? '' : rtrim($value, "\n");
    return $value === '' ? null : $value;
}
