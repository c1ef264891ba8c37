using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

// App hosts by name, --scenario=NAME, most with what an author can get wrong.
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
// What follows from a dashboard all the same: what waits for a failed resource waits on, and health checks that fail are not logged.
builder.Services.Configure<ResourceNotificationServiceOptions>(options => options.DefaultWaitBehavior = WaitBehavior.WaitOnResourceUnavailable);
builder.Services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));

switch (builder.Configuration["scenario"])
{
    case "Failures":
        var taken = builder.Configuration.GetValue<int>("taken-port");
        var app = Sleep("app").WithHttpEndpoint(env: "PORT");
        app.WithSidecar(builder.AddExecutable("port-in-use", "dotnet", ".", builder.Configuration["proxy"]!).WithHttpEndpoint(taken, env: "PORT"));
        Sleep("taken-by-proxy").WithHttpEndpoint(taken, env: "PORT");

        Sleep("next").WaitFor(builder.AddExecutable("no-folder", "sleep", "absent", "60"));
        Sleep("last").WaitFor(builder.CreateResourceBuilder((IResourceWithWaitSupport)builder.Resources.Single(resource => resource.Name == "next")));
        builder.AddExecutable("no-command", "absent-node", ".", "app.js").WithRequiredCommand("absent-node", "https://nodejs.org");
        builder.AddExecutable("no-script", "node", ".", "absent.js");
        Sleep("uninstalled").WaitForCompletion(builder.AddExecutable("installer", "npm", ".", "ci"));
        Shell("crash", "echo one; echo 'no database at db:5432' >&2; sleep 1; exit 3");
        Shell("finished", "exit 0");
        Sleep("no-endpoint").WithEnvironment("TARGET", app.GetEndpoint("grpc"));
        Sleep("no-setting").WithEnvironment(_ => throw new InvalidOperationException("no such setting"));

        // The second call takes the port's variable away from the first.
        Sleep("patient").WaitFor(Sleep("unset-port").WithHttpEndpoint(env: "PORT", isProxied: false).WithHttpEndpoint(env: "PORT2").WithHttpHealthCheck("/"));
        var circular = Sleep("circular");
        circular.WaitFor(Sleep("other").WaitFor(circular));
        break;
    case "Stubborn":
        Shell("stubborn", "trap '' TERM; while :; do sleep 1; done").WithHttpEndpoint(env: "PORT").WithSidecar(Sleep("sidecar").WithHttpEndpoint(env: "PORT"));
        break;
    case "Sound":
        Sleep("app").WithHttpEndpoint(env: "PORT").WithSidecar(Sleep("sidecar").WithHttpEndpoint(env: "PORT"));
        break;
    case var scenario:
        throw new DistributedApplicationException($"There is no scenario '{scenario}'.");
}

builder.Build().Run();

IResourceBuilder<ExecutableResource> Sleep(string name) => builder.AddExecutable(name, "sleep", ".", "600");

IResourceBuilder<ExecutableResource> Shell(string name, string script) => builder.AddExecutable(name, "sh", ".", "-c", script);
