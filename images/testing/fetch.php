<?php
/** fetch.php METHOD URL [BODY] [HEADER...]: prints the status, the headers and the body. */

declare(strict_types=1);

[, $method, $url] = $argv;
$curl = curl_init($url);
curl_setopt_array($curl, [
    CURLOPT_CUSTOMREQUEST => $method, CURLOPT_NOBODY => $method === 'HEAD', CURLOPT_RETURNTRANSFER => true, CURLOPT_HEADER => true,
    CURLOPT_TIMEOUT => 30, CURLOPT_HTTPHEADER => array_slice($argv, 4),
] + (($argv[3] ?? '') === '' ? [] : [CURLOPT_POSTFIELDS => $argv[3]]));
$answer = curl_exec($curl);
echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), "\n", $answer === false ? curl_error($curl) : $answer, "\n";
