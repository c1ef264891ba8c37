using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.JavaScript;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Adds applications in JavaScript.</summary>
public static class JavaScriptHostingExtensions
{
    /// <summary>
    /// Adds an application that Node.js runs: <c>builder.AddNodeApp("legacy-app", "../LegacyApp", "app.js")</c>.
    /// Its packages are installed first when they are missing or older than the lock file. It is published as a container, of its
    /// folder's Dockerfile or, without one, of a Dockerfile that is written along.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="appDirectory">The application's folder, relative to the app host's.</param>
    /// <param name="scriptPath">The script to run, relative to the application's folder.</param>
    public static IResourceBuilder<NodeAppResource> AddNodeApp(this IDistributedApplicationBuilder builder, string name, string appDirectory, string scriptPath)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(scriptPath);
        var folder = Path.GetFullPath(appDirectory, builder.AppHostDirectory);
        var app = builder.AddResource(new NodeAppResource(name, "node", folder))
            .WithArgs(scriptPath)
            .WithEnvironment("NODE_ENV", builder.Environment.IsDevelopment() ? "development" : "production")
            .WithOtlpExporter()
            .WithAnnotation(new RequiredFileAnnotation(Path.Combine(folder, scriptPath), "script"))
            .PublishAsDockerFile(container =>
            {
                if (!File.Exists(Path.Combine(folder, "Dockerfile")))
                {
                    container.WithDockerfileFactory(folder, _ => NodeDockerfile.Of(folder, scriptPath));
                }
            });
        return builder.ExecutionContext.IsRunMode && NodePackages.MustBeInstalled(folder) ? app.WithInstaller() : app;
    }

    private static IResourceBuilder<NodeAppResource> WithInstaller(this IResourceBuilder<NodeAppResource> app)
    {
        var builder = app.ApplicationBuilder;
        var folder = app.Resource.WorkingDirectory;
        var installer = builder.AddResource(new JavaScriptInstallerResource($"{app.Resource.Name}-installer", folder))
            .WithArgs(File.Exists(NodePackages.LockFile(folder)) ? "ci" : "install")
            .WithParentRelationship(app.Resource);
        return app.WaitForCompletion(installer);
    }
}
