// Command local-path-provisioner makes and removes directories for volumes on a single node. It
// answers for the same storage class and provisioner name as the stock one that k3s ships, but does
// the work itself instead of starting a helper pod for every volume, which costs seconds.
package main

import (
	"context"
	"flag"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const provisionerName = "rancher.io/local-path"

func main() {
	kubeconfig := flag.String("kubeconfig", "", "`file` with the API server's address and credentials")
	root := flag.String("root", "", "`folder` that holds one directory a volume; empty: volumes without directories, for simulated nodes")
	node := flag.String("node", "", "`name` of the node that volumes belong to; empty: any node")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatal(err)
	}
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		klog.Fatal(err)
	}
	followGrowth(ctx, client)
	controller.NewProvisionController(ctx, client, provisionerName, directories{root: *root, node: *node},
		controller.LeaderElection(false), // one node, one process, started again by its supervisor
		controller.MetricsPort(0),
		controller.Threadiness(8),
		controller.FailedProvisionThreshold(0), // 0: retry for ever
		controller.FailedDeleteThreshold(0),
		controller.RateLimiter(workqueue.NewTypedItemExponentialFailureRateLimiter[string](50*time.Millisecond, 10*time.Second)),
		controller.CreateProvisionedPVInterval(time.Second),
	).Run(ctx)
}
