/*
 * Lets a server that binds its own TCP port take one that is open already: store-listen opens the port before the
 * server is started, so that who connects meanwhile waits instead of being refused. PostgreSQL cannot be handed a
 * socket in another way.
 *
 * Preloaded. INHERIT_SOCKET is the descriptor; the first IPv4 bind() of its port gets it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
    static int (*ordinary_bind)(int, const struct sockaddr *, socklen_t);
    static int used;
    const char *inherited = getenv("INHERIT_SOCKET");
    struct sockaddr_in own;
    socklen_t own_length = sizeof own;

    if (!ordinary_bind)
        *(void **)&ordinary_bind = dlsym(RTLD_NEXT, "bind");
    if (inherited && !used && address->sa_family == AF_INET &&
        getsockname(atoi(inherited), (struct sockaddr *)&own, &own_length) == 0 &&
        own.sin_family == AF_INET && own.sin_port == ((const struct sockaddr_in *)address)->sin_port) {
        used = 1;
        return dup2(atoi(inherited), descriptor) < 0 ? -1 : 0;
    }
    return ordinary_bind(descriptor, address, length);
}
