<?php
/** What is particular to one store, and how it gets into the database. */

declare(strict_types=1);

final class InvalidSite extends Exception
{
    public function __construct(public readonly string $pointer, string $message)
    {
        parent::__construct($message);
    }
}

final class Site
{
    private function __construct(
        public readonly string $url,
        public readonly string $title,
        public readonly string $admin_user,
        public readonly string $admin_email,
        #[\SensitiveParameter] public readonly string $admin_password,
        public readonly bool $sample_data,
    ) {
    }

    /** Every string is data: it is checked for its form here and only ever bound to statements. */
    public static function from_input(mixed $input): self
    {
        if (!is_array($input) || array_is_list($input)) {
            throw new InvalidSite('', 'the body must be an object');
        }
        $text = static function (string $name, int $least, int $most) use ($input): string {
            $value = $input[$name] ?? null;
            if (!is_string($value) || !mb_check_encoding($value, 'UTF-8') || preg_match('/[\x00-\x1f\x7f]/', $value)) {
                throw new InvalidSite("/$name", 'must be a string without control characters');
            }
            $length = mb_strlen($value, 'UTF-8');
            if ($length < $least || $length > $most) {
                throw new InvalidSite("/$name", "must have $least to $most characters");
            }
            return $value;
        };
        $sample_data = $input['sampleData'] ?? true;
        if (!is_bool($sample_data)) {
            throw new InvalidSite('/sampleData', 'must be true or false');
        }
        // WordPress keeps its address without the slash at the end.
        $url = preg_replace('~/$~D', '', $text('url', 8, 300));
        if (!preg_match('~^https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$~D', $url)) {
            throw new InvalidSite('/url', 'must be http or https, a lower-case host and an optional port, without a path');
        }
        $user = $text('adminUser', 1, 60);
        if (!preg_match('/^[A-Za-z0-9][A-Za-z0-9._@-]*$/D', $user)) {
            throw new InvalidSite('/adminUser', 'must be letters, digits, dot, underscore, @ or hyphen');
        }
        $email = $text('adminEmail', 3, 100);
        if (filter_var($email, FILTER_VALIDATE_EMAIL) === false) {
            throw new InvalidSite('/adminEmail', 'must be an e-mail address');
        }
        $password = $text('adminPassword', 8, 256);
        if ($password !== trim($password)) {
            throw new InvalidSite('/adminPassword', 'must not begin or end with a blank');
        }
        return new self($url, $text('title', 1, 200), $user, $email, $password, $sample_data);
    }
}

/**
 * WordPress' own password scheme since 6.8: bcrypt over an HMAC, because bcrypt reads 72 bytes only.
 * The slashes are WordPress' too: its login form hands the password on as it came out of wp_slash().
 */
function wordpress_password_input(#[\SensitiveParameter] string $password): string
{
    return base64_encode(hash_hmac('sha384', addslashes($password), 'wp-sha384', true));
}

function wordpress_password_matches(#[\SensitiveParameter] string $password, string $hash): bool
{
    return str_starts_with($hash, '$wp$2y$') && password_verify(wordpress_password_input($password), substr($hash, 3));
}

function wordpress_password_hash(#[\SensitiveParameter] string $password): string
{
    return '$wp' . password_hash(wordpress_password_input($password), PASSWORD_BCRYPT, ['cost' => 10]);
}

/**
 * Brings the database to what the site says, in one transaction; a second call changes nothing.
 * Sample data is only decided by the first call: later the products belong to the merchant.
 *
 * @return list<string> what changed
 */
function apply_site(mysqli $database, Site $site): array
{
    $changed = [];
    $database->begin_transaction();
    // One row, locked for the whole transaction, so that two calls cannot mix.
    $row = $database->execute_query("SELECT option_value FROM wp_options WHERE option_name = 'storefleet_admin_id' FOR UPDATE")->fetch_row();
    $admin = (int) ($row[0] ?? 1);
    $first = read_option($database, 'storefleet_applied') !== 'yes';

    $previous_url = (string) read_option($database, 'home');
    if (write_option($database, 'home', $site->url) | write_option($database, 'siteurl', $site->url)) {
        $changed[] = 'url';
        if ($previous_url !== '' && $previous_url !== $site->url) {
            $database->execute_query(
                "UPDATE wp_posts SET post_content = REPLACE(post_content, ?, ?) WHERE post_content LIKE CONCAT('%', ?, '%')",
                [$previous_url, $site->url, addcslashes($previous_url, '%_\\')]
            );
        }
    }
    // WordPress keeps the title escaped and prints it as it is.
    if (write_option($database, 'blogname', htmlspecialchars($site->title, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8'))) {
        $changed[] = 'title';
    }
    if (write_option($database, 'admin_email', $site->admin_email)) {
        $changed[] = 'adminEmail';
    }
    if (apply_admin($database, $admin, $site)) {
        $changed[] = 'admin';
    }
    if ($first) {
        write_option($database, 'woocommerce_email_from_address', $site->admin_email);
        write_option($database, 'woocommerce_email_from_name', htmlspecialchars($site->title, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8'));
        if (!$site->sample_data) {
            remove_samples($database);
            $changed[] = 'sampleData';
        }
        write_option($database, 'storefleet_applied', 'yes');
    }
    $database->commit();
    return $changed;
}

function apply_admin(mysqli $database, int $admin, Site $site): bool
{
    $user = $database->execute_query('SELECT user_login, user_email, user_pass FROM wp_users WHERE ID = ?', [$admin])->fetch_assoc();
    if (!$user) {
        throw new InvalidSite('/adminUser', 'the admin account of the platform was removed in this store');
    }
    $taken = $database->execute_query('SELECT 1 FROM wp_users WHERE user_login = ? AND ID <> ?', [$site->admin_user, $admin]);
    if ($taken->num_rows > 0) {
        throw new InvalidSite('/adminUser', 'another account of this store has this name');
    }
    // An unchanged password keeps its hash, since a new hash would end the admin's sessions.
    $same_password = wordpress_password_matches($site->admin_password, $user['user_pass']);
    if ($same_password && $user['user_login'] === $site->admin_user && $user['user_email'] === $site->admin_email) {
        return false;
    }
    $database->execute_query(
        'UPDATE wp_users SET user_login = ?, user_nicename = ?, display_name = ?, user_email = ?, user_pass = ? WHERE ID = ?',
        [
            $site->admin_user,
            mb_substr(trim((string) preg_replace('/[^a-z0-9]+/', '-', strtolower($site->admin_user)), '-'), 0, 50),
            $site->admin_user,
            $site->admin_email,
            $same_password ? $user['user_pass'] : wordpress_password_hash($site->admin_password),
            $admin,
        ]
    );
    $database->execute_query("UPDATE wp_usermeta SET meta_value = ? WHERE user_id = ? AND meta_key = 'nickname'", [$site->admin_user, $admin]);
    return true;
}

/** Takes out the sample products with everything that hangs on them. */
function remove_samples(mysqli $database): void
{
    $samples = array_map(
        static fn (array $row): int => (int) $row[0],
        $database->execute_query("SELECT post_id FROM wp_postmeta WHERE meta_key = '_storefleet_sample'")->fetch_all()
    );
    if ($samples === []) {
        return;
    }
    $places = implode(',', array_fill(0, count($samples), '?'));
    $tables = ['wp_postmeta' => 'post_id', 'wp_term_relationships' => 'object_id', 'wp_wc_product_meta_lookup' => 'product_id', 'wp_posts' => 'ID'];
    foreach ($tables as $table => $column) {
        $exists = $database->execute_query('SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?', [$table]);
        if ($exists->num_rows > 0) {
            $database->execute_query("DELETE FROM $table WHERE $column IN ($places)", $samples);
        }
    }
    $database->query(
        'UPDATE wp_term_taxonomy t SET count = (SELECT COUNT(*) FROM wp_term_relationships r WHERE r.term_taxonomy_id = t.term_taxonomy_id)'
    );
    $database->query("DELETE FROM wp_termmeta WHERE meta_key LIKE 'product\\_count\\_%'");
}
