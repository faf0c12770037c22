<?php
/**
 * steps.php FILE ADDRESS HOST NAME=VALUE...: runs the `check` of an engine.yaml (as JSON) against a store as the
 * platform does, one cookie jar, redirects not followed. Prints "ok" or "FAIL" a step; FAIL ends all but `always` steps.
 */

declare(strict_types=1);

[, $file, $address, $host] = $argv;
$variables = [];
foreach (array_slice($argv, 4) as $given) {
    [$name, $value] = explode('=', $given, 2);
    $variables[$name] = $value;
}
$jar = tempnam('/tmp', 'jar');

function fill(mixed $value, array $variables): mixed
{
    if (is_array($value)) {
        return array_map(static fn (mixed $item): mixed => fill($item, $variables), $value);
    }
    if (!is_string($value)) {
        return $value;
    }
    $text = preg_replace_callback('/\{(\w+)\}/', static fn (array $m): string => (string) ($variables[$m[1]] ?? $m[0]), $value);
    return preg_match('/^\{\w+\}$/', $value) && preg_match('/^[0-9]+$/', $text) ? (int) $text : $text;
}

function at(mixed $document, string $pointer): mixed
{
    foreach (array_slice(explode('/', $pointer), 1) as $part) {
        $document = is_array($document) ? ($document[$part] ?? null) : null;
    }
    return $document;
}

$broken = false;
$engine = json_decode((string) file_get_contents($file), true);
foreach ($engine['check']['steps'] as $step) {
    if ($broken && !($step['always'] ?? false)) {
        continue;
    }
    $headers = ["Host: $host"];
    foreach ($step['headers'] ?? [] as $name => $value) {
        $headers[] = "$name: " . fill($value, $variables);
    }
    $curl = curl_init($address . fill($step['path'], $variables));
    $answered = '';
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $step['method'], CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 30,
        CURLOPT_COOKIEFILE => $jar, CURLOPT_COOKIEJAR => $jar,
        CURLOPT_HEADERFUNCTION => static function (CurlHandle $_, string $line) use (&$answered): int {
            $answered .= $line;
            return strlen($line);
        },
    ] + (isset($step['json']) ? [CURLOPT_POSTFIELDS => json_encode(fill($step['json'], $variables))] : []));
    if (isset($step['json'])) {
        $headers[] = 'Content-Type: application/json';
    }
    curl_setopt($curl, CURLOPT_HTTPHEADER, $headers);
    $body = (string) curl_exec($curl);
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    unset($curl);
    $problem = $status === $step['expectStatus'] ? '' : "status $status";
    if ($problem === '' && !str_contains($body, (string) fill($step['expectBody'] ?? '', $variables))) {
        $problem = "no '{$step['expectBody']}'";
    }
    foreach ($problem === '' ? ($step['capture'] ?? []) : [] as $capture) {
        $value = match (true) {
            isset($capture['pointer']) => at(json_decode($body, true), $capture['pointer']),
            isset($capture['header']) => preg_match('/^' . preg_quote($capture['header'], '/') . ': *(.*?)\s*$/mi', $answered, $found) ? $found[1] : null,
            default => trim($body),
        };
        if ($value === null || $value === '') {
            $problem = "no {$capture['name']}";
        } else {
            $variables[$capture['name']] = (string) $value;
        }
    }
    echo $problem === '' ? 'ok    ' : 'FAIL  ', "store: order test: {$step['name']}", $problem === '' ? '' : ": $problem: " . substr($body, 0, 200), "\n";
    $broken = $broken || $problem !== '';
}
unlink($jar);
foreach ($engine['check']['leaves'] as $left) {
    $text = (string) fill($left, $variables);
    echo preg_match('/\{\w+\}/', $text) ? "FAIL  store: order test: leaves an unfilled line: $text\n" : '';
}
