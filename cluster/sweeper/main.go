// Command sandbox-sweeper removes what containerd still holds of pods that no longer exist. The
// kubelet does the same, but looks only once a minute, and that period is a constant.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/clientcmd"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

const (
	interval = time.Second
	// patience is how long one round may take, whatever answers slowly.
	patience = 10 * time.Second
	// maxMessage is the kubelet's own limit for answers of containerd.
	maxMessage = 16 << 20
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "`file` with the API server's address and credentials")
	socket := flag.String("containerd", "", "`path` of containerd's socket")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	pods, err := podsOf(*kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	connection, err := grpc.NewClient("unix://"+*socket,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 2, MaxDelay: interval}}))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()

	s := newSweeper(cri.NewRuntimeServiceClient(connection), pods)
	failing := false
	for tick := time.Tick(interval); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		round, cancel := context.WithTimeout(ctx, patience)
		err := s.sweep(round)
		cancel()
		// An outage is one line, however many rounds it lasts.
		switch {
		case err != nil && !failing && ctx.Err() == nil:
			log.Print(err)
		case err == nil && failing:
			log.Print("works again")
		}
		failing = err != nil
	}
}

// podsOf asks the API server itself, not a cache, which pod bears a name now.
func podsOf(kubeconfig string) (podLookup, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 2*maxAsked, 2*maxAsked
	config.Timeout = 3 * time.Second
	client, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	resource := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"})
	return func(ctx context.Context, namespace, name string) (string, error) {
		pod, err := resource.Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
		switch {
		case err == nil && pod.UID == "":
			return "", fmt.Errorf("pod %s/%s has no UID", namespace, name)
		case err == nil:
			return string(pod.UID), nil
		case saysNoSuchPod(err, name):
			return "", nil
		default:
			return "", err
		}
	}, nil
}

// saysNoSuchPod tells the absence of that very pod from any other "404".
func saysNoSuchPod(err error, name string) bool {
	var status apierrors.APIStatus
	if !apierrors.IsNotFound(err) || !errors.As(err, &status) {
		return false
	}
	details := status.Status().Details
	return details != nil && details.Kind == "pods" && details.Name == name && len(details.Causes) == 0
}
