using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

var app = builder.AddNodeApp("legacy-app", "../../LegacyApp", "app.js")
    .WithHttpEndpoint(env: "PORT", isProxied: false)
    .WithHttpHealthCheck("/")
    .WithEnvironment("HOST", "localhost");

// By hand what WithSidecar sets.
builder.AddProject<Projects.Sidecar_Proxy>("sidecar")
    .WithHttpEndpoint(port: builder.Configuration.GetValue("SIDECAR_PORT", 8080), env: "PORT", isProxied: false)
    .WithHttpEndpoint(name: "admin", env: "ADMIN_PORT", isProxied: false)
    .WithEnvironment("TARGET", app.GetEndpoint("http"))
    .WithEnvironment("SRV_NAME", "legacy-app")
    .WithEnvironment("Sidecar__Listener__Address", "localhost")
    .WithEnvironment("Sidecar__Admin__Address", "localhost")
    .WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "1000")
    .WaitFor(app);

builder.Build().Run();
