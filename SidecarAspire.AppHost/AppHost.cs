var builder = DistributedApplication.CreateBuilder(args);

// The address people use; SIDECAR_PORT in the environment or --SIDECAR_PORT moves it.
var port = builder.Configuration.GetPort("SIDECAR_PORT", 8080);

// The application nobody dares to change. It is told where to listen and nothing else.
var app = builder.AddNodeApp("legacy-app", "../LegacyApp", "app.js")
    .WithHttpEndpoint(env: "PORT")
    .WithHttpHealthCheck("/");
if (builder.ExecutionContext.IsRunMode)
{
    app.WithEnvironment("HOST", "localhost");
}

// Everything it does not do. TARGET, SRV_NAME and ADMIN_PORT come with WithSidecar.
var sidecar = builder.AddProject<Projects.Sidecar_Proxy>("sidecar")
    .WithHttpEndpoint(port: port, env: "PORT")
    .WithExternalHttpEndpoints();

app.WithSidecar(sidecar);

// What `publish` writes: both in one Pod. --k8s:Mode=Container and the like change an option.
builder.AddSidecarKubernetes("k8s", kubernetes =>
{
    kubernetes.AppImage = "legacy-app:1.4.2";
    kubernetes.SidecarImage = "sidecar-proxy:0.1.0";
    kubernetes.AppEnvironment["NODE_ENV"] = "production";
    // Only the sidecar, in the same Pod, reaches it there.
    kubernetes.AppEnvironment["HOST"] = "localhost";
});

builder.Build().Run();
