// Command storefleet-helm installs, upgrades and removes Helm releases for the Storefleet controller.
// It is a child process: requests come as JSON lines on standard input, replies go as JSON lines to
// standard output, logs to standard error. README.md describes the protocol.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

func main() {
	chartsFolder := flag.String("charts", "", "folder whose subfolders are the charts (required)")
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig file; without it the service account of the pod is used")
	workers := flag.Int("workers", 8, "operations that run at the same time")
	qps := flag.Float64("qps", 200, "requests a second to the API server, on average")
	burst := flag.Int("burst", 400, "requests to the API server in one go")
	drain := flag.Duration("drain", 20*time.Second, "time for running operations after the input has ended")
	parent := flag.Int("parent", 0, "process that this one dies with, and that says until when it may write (lease lines)")
	level := flag.String("log-level", "info", "debug, info, warn or error")
	flag.Parse()

	var threshold slog.Level
	if err := threshold.UnmarshalText([]byte(*level)); err != nil {
		exit("-log-level: %s", err)
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: threshold}))
	// What libraries say goes there too, but never below warning: Helm's debug lines quote values.
	libraries := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: max(threshold, slog.LevelWarn)}))
	slog.SetDefault(libraries)
	klog.SetSlogLogger(libraries)

	if info, err := os.Stat(*chartsFolder); *chartsFolder == "" || err != nil || !info.IsDir() {
		exit("-charts must name a folder, %q is none", *chartsFolder)
	}
	if *workers < 1 {
		exit("-workers must be at least 1")
	}
	var lease *Lease
	if *parent != 0 {
		if !dieWith(*parent) {
			exit("its parent is gone")
		}
		lease = &Lease{}
	}
	config, err := restConfig(*kubeconfig)
	if err != nil {
		exit("no access to Kubernetes: %s", err)
	}
	cluster, err := newCluster(config, float32(*qps), *burst, lease)
	if err != nil {
		exit("no access to Kubernetes: %s", err)
	}
	charts := newCharts(*chartsFolder)
	releases := &Releases{
		objects: cluster,
		charts:  charts,
		store:   cluster.Records,
	}
	server := &Server{handle: releases.Handle, workers: *workers, drain: *drain, lease: lease, log: log, out: os.Stdout}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	log.Info("ready", "charts", charts.Names(), "workers", *workers)
	server.Serve(ctx, os.Stdin)
}

func restConfig(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return rest.InClusterConfig()
	}
	return clientcmd.BuildConfigFromFlags("", kubeconfig)
}

func exit(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "storefleet-helm: "+format+"\n", arguments...)
	os.Exit(2)
}
