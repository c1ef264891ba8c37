using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>
/// Runs Node.js applications as the package Aspire.Hosting.JavaScript does. Delete this file once that package can be restored:
/// a reference to it is all that <c>AppHost.cs</c> then needs.
/// </summary>
internal static class NodeAppExtensions
{
    /// <summary>
    /// Adds a Node.js application. Its packages are installed before it starts; publishing takes the <c>Dockerfile</c> in its folder.
    /// </summary>
    /// <param name="builder">The app host.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="appDirectory">The application's folder, relative to the app host's.</param>
    /// <param name="scriptPath">The script that <c>node</c> runs, relative to <paramref name="appDirectory"/>.</param>
    /// <returns>The application.</returns>
    public static IResourceBuilder<ExecutableResource> AddNodeApp(this IDistributedApplicationBuilder builder, string name, string appDirectory, string scriptPath)
    {
        var app = builder.AddExecutable(name, "node", appDirectory, scriptPath)
            .WithOtlpExporter()
            .WithRequiredCommand("node", "https://nodejs.org/en/download/")
            .WithEnvironment("NODE_ENV", builder.Environment.IsDevelopment() ? "development" : "production")
            .WithIconName("CodeJsRectangle")
            .PublishAsDockerFile();
        if (!File.Exists(Path.Combine(app.Resource.WorkingDirectory, "package.json")))
        {
            return app;
        }

        app.WithRequiredCommand("npm", "https://nodejs.org");
        if (builder.ExecutionContext.IsRunMode)
        {
            app.WaitForCompletion(builder.AddExecutable($"{name}-installer", "npm", appDirectory, "install")
                .WithParentRelationship(app)
                .ExcludeFromManifest());
        }

        return app;
    }
}
