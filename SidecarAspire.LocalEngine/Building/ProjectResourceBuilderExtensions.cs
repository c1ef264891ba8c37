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

    /// <summary>Keeps the project, once published, from being told to trust <c>X-Forwarded-*</c> of whoever sends it.</summary>
    public static IResourceBuilder<ProjectResource> DisableForwardedHeaders(this IResourceBuilder<ProjectResource> builder) =>
        builder.WithAnnotation<DisableForwardedHeadersAnnotation>(ResourceAnnotationMutationBehavior.Replace);

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

        return project.WithEnvironment(builder.ExecutionContext.IsRunMode ? ListenAtEndpoints : ListenInContainer);
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
            project.WithArgs([.. CommandLineArguments.Parse(profile.CommandLineArgs ?? string.Empty)]);
            if (!string.IsNullOrEmpty(profile.LaunchUrl))
            {
                project.WithUrls(context => LeadTo(profile.LaunchUrl, context));
            }
        }
    }

    // The links of the profile's own endpoints lead where its browser would be sent.
    private static void LeadTo(string launchUrl, ResourceUrlsCallbackContext context)
    {
        // A path alone is an absolute file name on Unix.
        var isWhole = Uri.TryCreate(launchUrl, UriKind.Absolute, out var whole) && !whole.IsFile;
        foreach (var url in context.Urls.Where(u => u.Endpoint is { Exists: true, EndpointAnnotation.IsFromLaunchProfile: true }))
        {
            url.Url = isWhole ? launchUrl : new Uri(new Uri(url.Url), launchUrl).ToString();
        }
    }

    private static void WithEndpoints(this IResourceBuilder<ProjectResource> project, string profileName, LaunchProfile profile)
    {
        var addresses = (profile.ApplicationUrl ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(url => Address(url) ?? throw new DistributedApplicationException(
                $"Launch profile '{profileName}' of project resource '{project.Resource.Name}' has the applicationUrl '{url}', which is not an absolute URL."))
            .ToArray();
        if (project.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            project.WithEndpointsAt(addresses);
        }
        else if (addresses.Length > 0)
        {
            // The profile's ports are this machine's; what a web project is published with is one endpoint of each scheme.
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, "http") { IsFromLaunchProfile = true });
            project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, "https") { IsFromLaunchProfile = true });
        }
    }

    // The first endpoint of a scheme goes by the scheme, others by a number in addition.
    private static void WithEndpointsAt(this IResourceBuilder<ProjectResource> project, BindingAddress[] addresses)
    {
        foreach (var scheme in addresses.GroupBy(address => address.Scheme))
        {
            foreach (var (index, address) in scheme.Index())
            {
                var name = index == 0 ? scheme.Key : string.Create(CultureInfo.InvariantCulture, $"{scheme.Key}{index + 1}");
                project.WithAnnotation(new EndpointAnnotation(ProtocolType.Tcp, scheme.Key, name: name, port: address.Port > 0 ? address.Port : null) { IsFromLaunchProfile = true });
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
        var urls = EndpointsToPassOn(context.Resource)
            .Select(e => ReferenceExpression.Create($"{e.Scheme}://{e.EndpointAnnotation.TargetHost}:{e.Property(EndpointProperty.TargetPort)}"));
        SetList(context, "ASPNETCORE_URLS", urls);
    }

    private static void ListenInContainer(EnvironmentCallbackContext context)
    {
        var project = (ProjectResource)context.Resource;
        if (project.HasAnnotationOfType<EndpointAnnotation>() && !project.HasAnnotationOfType<DisableForwardedHeadersAnnotation>())
        {
            context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        }

        // The https endpoint of a profile has no certificate in a container.
        foreach (var scheme in EndpointsToPassOn(project).Where(e => !(e.IsHttps && e.EndpointAnnotation.IsFromLaunchProfile)).GroupBy(e => e.Scheme))
        {
            SetList(context, $"{scheme.Key.ToUpperInvariant()}_PORTS", scheme.Select(e => ReferenceExpression.Create($"{e.Property(EndpointProperty.TargetPort)}")));
        }
    }

    private static IEnumerable<EndpointReference> EndpointsToPassOn(IResource resource)
    {
        var passedOn = resource.Annotations.OfType<EndpointPortVariableAnnotation>().Select(a => a.EndpointName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return ((ProjectResource)resource).GetEndpoints().Where(e => (e.IsHttp || e.IsHttps) && !passedOn.Contains(e.EndpointName));
    }

    private static void SetList(EnvironmentCallbackContext context, string name, IEnumerable<ReferenceExpression> values)
    {
        if (values.ToArray() is { Length: > 0 } several)
        {
            context.EnvironmentVariables[name] = several.Aggregate((all, next) => ReferenceExpression.Create($"{all};{next}"));
        }
    }
}
