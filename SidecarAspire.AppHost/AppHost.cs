using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

// The address people use; SIDECAR_PORT in the environment or --SIDECAR_PORT moves it.
var port = builder.Configuration.GetValue("SIDECAR_PORT", 8080);

// The application nobody dares to change. It is told where to listen and nothing else.
var app = builder.AddNodeApp("legacy-app", "../LegacyApp", "app.js")
    .WithHttpEndpoint(env: "PORT")
    .WithEnvironment("HOST", "localhost")
    .WithHttpHealthCheck("/");

// Everything it does not do. TARGET, SRV_NAME and ADMIN_PORT come with WithSidecar.
var sidecar = builder.AddProject<Projects.Sidecar_Proxy>("sidecar")
    .WithHttpEndpoint(port: port, env: "PORT")
    .WithExternalHttpEndpoints();

app.WithSidecar(sidecar);

builder.Build().Run();
