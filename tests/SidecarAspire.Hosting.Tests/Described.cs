using Microsoft.Extensions.DependencyInjection;

namespace SidecarAspire.Hosting.Tests;

/// <summary>An app host as code describes it, before there are addresses.</summary>
internal static class Described
{
    public static IDistributedApplicationBuilder Builder(params string[] args) => DistributedApplication.CreateBuilder(new DistributedApplicationOptions
    {
        Args = args,
        AssemblyName = typeof(Described).Assembly.GetName().Name,
        DisableDashboard = true,
    });

    public static IResourceBuilder<ExecutableResource> AddApp(IDistributedApplicationBuilder builder) =>
        builder.AddExecutable("legacy-app", "node", ".", "app.js").WithHttpEndpoint(env: "PORT");

    public static EndpointAnnotation EndpointOf<T>(IResourceBuilder<T> resource, string name)
        where T : IResourceWithEndpoints => resource.GetEndpoint(name).EndpointAnnotation;

    public static void ShouldBeEndpoint<T>(object value, IResourceBuilder<T> owner, string name)
        where T : IResourceWithEndpoints
    {
        var endpoint = value.ShouldBeOfType<EndpointReference>();
        endpoint.Resource.ShouldBeSameAs((object)owner.Resource);
        endpoint.EndpointName.ShouldBe(name);
    }

    public static async Task<Dictionary<string, object>> VariablesAsync<T>(IResourceBuilder<T> resource)
        where T : IResource
    {
        var builder = resource.ApplicationBuilder;
        await using var application = builder.Build();
        var execution = application.Services.GetRequiredService<DistributedApplicationExecutionContext>();
        var context = new EnvironmentCallbackContext(execution, resource.Resource);
        foreach (var annotation in resource.Resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }
}
