<?php
/** Empties nginx' page cache, which belongs to the user that PHP runs as; nginx takes a missing file for a missing page. */

declare(strict_types=1);

function storefleet_forget_pages(): void
{
    foreach (glob((getenv('STORE_PAGE_CACHE') ?: '/tmp/page-cache') . '/*') ?: [] as $page) {
        @unlink($page);
    }
}
