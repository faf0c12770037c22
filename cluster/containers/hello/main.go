// Command hello is what the cluster's own test deploys: it serves HTTP on port 8080, appends a line
// to the file in HELLO_FILE for every request, and with the argument "get" is an HTTP client.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "get" {
		os.Exit(get(os.Args[2:]))
	}
	go serve()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	<-signals
}

func serve() {
	file := os.Getenv("HELLO_FILE")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		lines, err := remember(file, r.URL.Path)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "hello %s %s %d\n", os.Getenv("HOSTNAME"), r.Host, lines)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// remember appends a line to the file and returns how many it then has; without a file it returns 0.
func remember(file, line string) (int, error) {
	if file == "" {
		return 0, nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Fprintln(f, line); err != nil {
		return 0, err
	}
	if err := f.Close(); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(file)
	return strings.Count(string(text), "\n"), err
}

// get requests URL [HOST] once and prints the answer's status; it fails when there is none in 3 s.
func get(args []string) int {
	request, err := http.NewRequest(http.MethodGet, args[0], nil)
	if err != nil {
		log.Print(err)
		return 2
	}
	if len(args) > 1 {
		request.Host = args[1]
	}
	response, err := (&http.Client{Timeout: 3 * time.Second}).Do(request)
	if err != nil {
		log.Print(err)
		return 1
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Printf("%d %s", response.StatusCode, body)
	return 0
}
