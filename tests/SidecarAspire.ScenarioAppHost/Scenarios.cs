using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace SidecarAspire.ScenarioAppHost;

/// <summary>App hosts by name, each as an author would write it, most with one mistake.</summary>
public static class Scenarios
{
    /// <summary>What the orchestrator would take for an expression of its own.</summary>
    public const string Template = "{{name}}{{- x -}}{\"a\":{}}";

    private const string Apps = "apps";

    /// <summary>Describes the application of a scenario.</summary>
    public static void Describe(string scenario, IDistributedApplicationBuilder builder)
    {
        var described = typeof(Scenarios).GetMethod(scenario) ?? throw new DistributedApplicationException($"There is no scenario '{scenario}'.");
        described.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [builder], CultureInfo.InvariantCulture);
    }

    public static void Sound(IDistributedApplicationBuilder builder) => AddApp(builder).WithEnvironment("TEMPLATE", Template).WithArgs(Template);

    public static void Dashboard(IDistributedApplicationBuilder builder) => AddApp(builder);

    public static void DuplicateName(IDistributedApplicationBuilder builder)
    {
        AddApp(builder);
        builder.AddExecutable("APP", "true", ".");
    }

    public static void BadName(IDistributedApplicationBuilder builder) => builder.AddExecutable("bad_name", "true", ".");

    public static void MissingProject(IDistributedApplicationBuilder builder) => builder.AddProject("web", "../Absent/Absent.csproj");

    public static void MissingFolder(IDistributedApplicationBuilder builder) => builder.AddNodeApp("app", "absent", "app.js");

    public static void MissingScript(IDistributedApplicationBuilder builder) => builder.AddNodeApp("app", Apps, "absent.js");

    public static void PortInUse(IDistributedApplicationBuilder builder) => AddApp(builder, builder.Configuration.GetValue<int>("port"));

    public static void PortWantedTwice(IDistributedApplicationBuilder builder)
    {
        AddApp(builder, builder.Configuration.GetValue<int>("port"));
        builder.AddNodeApp("other", Apps, "server.js").WithHttpEndpoint(builder.Configuration.GetValue<int>("port"), env: "PORT");
    }

    public static void SecondEndpoint(IDistributedApplicationBuilder builder) => AddApp(builder).WithHttpEndpoint(env: "PORT2");

    public static void UnknownEndpoint(IDistributedApplicationBuilder builder)
    {
        var app = AddApp(builder);
        builder.AddNodeApp("other", Apps, "server.js").WithEnvironment("TARGET", app.GetEndpoint("grpc"));
    }

    public static void CircularWait(IDistributedApplicationBuilder builder)
    {
        var app = AddApp(builder);
        app.WaitFor(builder.AddNodeApp("other", Apps, "server.js").WaitFor(app));
    }

    public static void WaitForItself(IDistributedApplicationBuilder builder)
    {
        var app = AddApp(builder);
        app.WaitFor(app);
    }

    public static void PortOutOfRange(IDistributedApplicationBuilder builder) => AddApp(builder, 70_000);

    public static void UnsetParameter(IDistributedApplicationBuilder builder)
    {
        AddApp(builder).WithEnvironment("KEY", builder.AddParameter("api-key", secret: true));
        builder.Pipeline.AddStep("write", _ => Task.CompletedTask, dependsOn: "publish-prereq", requiredBy: "publish");
    }

    public static void FailingStep(IDistributedApplicationBuilder builder)
    {
        AddApp(builder);
        builder.Pipeline.AddStep("broken", _ => throw new IOException("the disk is full"), requiredBy: "publish");
    }

    public static void Crash(IDistributedApplicationBuilder builder)
    {
        var app = builder.AddNodeApp("app", Apps, "crash.js").WithHttpEndpoint(env: "PORT", isProxied: false);
        builder.AddProject<Projects.Sidecar_Proxy>("sidecar")
            .WithHttpEndpoint(env: "PORT", isProxied: false)
            .WithHttpEndpoint(name: "admin", env: "ADMIN_PORT", isProxied: false)
            .WithEnvironment("TARGET", app.GetEndpoint("http"))
            .WaitFor(app);
    }

    public static void Failures(IDistributedApplicationBuilder builder)
    {
        AddApp(builder);
        // Passes the check of the file, fails to be executed.
        var broken = builder.AddExecutable("broken", "./not-executable", Apps);
        var next = builder.AddNodeApp("next", Apps, "server.js").WaitFor(broken);
        builder.AddNodeApp("last", Apps, "server.js").WaitFor(next);
        builder.AddNodeApp("throwing", Apps, "server.js").WithEnvironment(_ => throw new InvalidOperationException("no such setting"));
    }

    public static void Stubborn(IDistributedApplicationBuilder builder) => builder.AddNodeApp("stubborn", Apps, "stubborn.js").WithHttpEndpoint(env: "PORT");

    private static IResourceBuilder<ExecutableResource> AddApp(IDistributedApplicationBuilder builder, int? port = null) =>
        builder.CreateResourceBuilder<ExecutableResource>(builder.AddNodeApp("app", Apps, "server.js").WithHttpEndpoint(port, env: "PORT").WithHttpHealthCheck("/").Resource);
}
