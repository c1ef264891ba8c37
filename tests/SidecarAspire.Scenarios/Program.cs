using Microsoft.Extensions.Configuration;
var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = Environment.GetEnvironmentVariable("DASH") is null });
var scenario = builder.Configuration["scenario"];
var app = scenario switch
{
    "crash" => builder.AddExecutable("app", "sh", ".", "-c", "echo one; echo two; echo boom >&2; sleep 1; echo last; exit 3").WithHttpEndpoint(env: "PORT"),
    "folder" => builder.AddExecutable("app", "sh", "absent", "-c", "true").WithHttpEndpoint(env: "PORT"),
    "command" => builder.AddExecutable("app", "absent", ".", "-c", "true").WithHttpEndpoint(env: "PORT"),
    "required" => builder.AddExecutable("app", "absent", ".", "-c", "true").WithHttpEndpoint(env: "PORT").WithRequiredCommand("absent", "https://nodejs.org"),
    "script" => builder.AddExecutable("app", "node", ".", "absent.js").WithHttpEndpoint(env: "PORT"),
    "second" => builder.AddExecutable("app", "sh", ".", "-c", "echo PORT=$PORT; exit 1").WithHttpEndpoint(env: "PORT").WithHttpEndpoint(name: "http2", env: "PORT"),
    "second2" => builder.AddExecutable("app", "sh", ".", "-c", "echo PORT=$PORT X=$PORT2; exit 1").WithHttpEndpoint(env: "PORT").WithHttpEndpoint(env: "PORT2"),
    "throws" => builder.AddExecutable("app", "sh", ".", "-c", "true").WithHttpEndpoint(env: "PORT").WithEnvironment(c => throw new InvalidOperationException("no such setting")),
    "port" => builder.AddExecutable("app", "sh", ".", "-c", "sleep 1000").WithHttpEndpoint(port: builder.Configuration.GetValue<int>("port"), env: "PORT"),
    "range" => builder.AddExecutable("app", "sh", ".", "-c", "sleep 1000").WithHttpEndpoint(port: 70000, env: "PORT"),
    "targetport" => builder.AddExecutable("app", "sh", ".", "-c", "sleep 1000").WithHttpEndpoint(targetPort: builder.Configuration.GetValue<int>("port"), env: "PORT"),
    _ => builder.AddExecutable("app", "sleep", ".", "1000").WithHttpEndpoint(env: "PORT"),
};
var sidecar = builder.AddExecutable("sidecar", "sleep", ".", "1000").WithHttpEndpoint(env: "PORT");
if (scenario == "circle") app.WaitFor(sidecar);
if (scenario == "endpoint") sidecar.WithEnvironment("X", app.GetEndpoint("grpc"));
if (scenario != "noside") app.WithSidecar(sidecar, endpointName: scenario == "badendpoint" ? "grpc" : "http");
builder.Build().Run();
