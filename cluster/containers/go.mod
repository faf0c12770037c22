module storefleet.dev/cluster/containers

go 1.26.0
