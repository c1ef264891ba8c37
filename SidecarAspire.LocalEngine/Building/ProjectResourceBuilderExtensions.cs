using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the app host references: <c>builder.AddProject&lt;Projects.Sidecar_Proxy&gt;("sidecar")</c>.</summary>
    /// <typeparam name="TProject">The type that the build generates for the reference.</typeparam>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name) where TProject : IProjectMetadata, new() =>
        builder.AddProject(name, new TProject(), profile: null, withProfile: true);

    /// <summary>Adds a project that the app host references, with a profile of its launchSettings.json; null: with none.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName) where TProject : IProjectMetadata, new() =>
        builder.AddProject(name, new TProject(), launchProfileName, withProfile: launchProfileName is not null);

    /// <summary>Adds a project by its path, relative to the app host's folder.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath) =>
        builder.AddProject(name, builder.ProjectAt(projectPath), profile: null, withProfile: true);

    /// <summary>Adds a project by its path, with a profile of its launchSettings.json; null: with none.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath, string? launchProfileName) =>
        builder.AddProject(name, builder.ProjectAt(projectPath), launchProfileName, withProfile: launchProfileName is not null);

    private static ProjectPathMetadata ProjectAt(this IDistributedApplicationBuilder builder, string projectPath) =>
        new(Path.GetFullPath(projectPath, builder.AppHostDirectory));

    private static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata, string? profile, bool withProfile)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata).WithOtlpExporter();
        if (withProfile)
        {
            project.WithLaunchProfile(metadata, profile);
        }

        return project.WithEnvironment(ListenAtEndpoints);
    }

    private static void WithLaunchProfile(this IResourceBuilder<ProjectResource> project, IProjectMetadata metadata, string? name)
    {
        var own = project.ApplicationBuilder.Configuration["DOTNET_LAUNCH_PROFILE"];
        if (LaunchSettingsReader.Select(LaunchSettingsReader.Read(metadata, project.Resource.Name), project.Resource.Name, name, own) is not var (profileName, profile))
        {
            return;
        }

        project.WithAnnotation(new LaunchProfileAnnotation(profileName));
        project.WithEndpoints(profileName, profile);
        if (project.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            project.WithEnvironment(context =>
            {
                foreach (var (variable, value) in profile.EnvironmentVariables)
                {
                    context.EnvironmentVariables.TryAdd(variable, Environment.ExpandEnvironmentVariables(value));
                }
            });
        }
    }

    // The first endpoint of a scheme goes by the scheme, others by a number in addition. Their ports are this machine's: what is
    // published has the first of each, without a port.
    private static void WithEndpoints(this IResourceBuilder<ProjectResource> project, string profileName, LaunchProfile profile)
    {
        var isRun = project.ApplicationBuilder.ExecutionContext.IsRunMode;
        var addresses = (profile.ApplicationUrl ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(url => Address(url) ?? throw new DistributedApplicationException(
                $"Launch profile '{profileName}' of project resource '{project.Resource.Name}' has the applicationUrl '{url}', which is not an absolute URL."));
        foreach (var scheme in addresses.GroupBy(address => address.Scheme))
        {
            foreach (var (index, address) in scheme.Index().Take(isRun ? int.MaxValue : 1))
            {
                var name = index == 0 ? scheme.Key : string.Create(CultureInfo.InvariantCulture, $"{scheme.Key}{index + 1}");
                project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, scheme.Key, name: name, port: isRun && address.Port > 0 ? address.Port : null) { IsFromLaunchProfile = true });
            }
        }
    }

    private static BindingAddress? Address(string url)
    {
        try
        {
            return BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // An endpoint whose port no variable of AppHost.cs passes on is passed on as ASP.NET Core expects it.
    private static void ListenAtEndpoints(EnvironmentCallbackContext context)
    {
        var project = (ProjectResource)context.Resource;
        var passedOn = project.Annotations.OfType<EndpointPortVariableAnnotation>().Select(a => a.EndpointName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var urls = project.GetEndpoints().Where(e => (e.IsHttp || e.IsHttps) && !passedOn.Contains(e.EndpointName))
            .Select(e => ReferenceExpression.Create($"{e.Scheme}://{e.EndpointAnnotation.TargetHost}:{e.Property(EndpointProperty.TargetPort)}"))
            .ToArray();
        if (urls.Length > 0)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Aggregate((all, next) => ReferenceExpression.Create($"{all};{next}"));
        }
    }
}
