using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using Sidecar.Proxy.Configuration.Istio;

namespace Sidecar.Proxy.Configuration;

/// <summary>Adds the sidecar's configuration.</summary>
public static class ConfigurationExtensions
{
    private const string TargetsKey = $"{SidecarOptions.Section}:{nameof(SidecarOptions.Upstream)}:{nameof(UpstreamOptions.Targets)}";

    /// <summary>Reads all sources. From weak to strong: appsettings.json, Istio's objects, the mounted file, the environment, the command line, the contract.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="defaultTarget">Where the application is unless a source says otherwise; null leaves it to <see cref="UpstreamOptions.Targets"/>.</param>
    /// <returns>The configuration to start with.</returns>
    /// <exception cref="ConfigurationException">It cannot be used.</exception>
    public static SidecarOptions AddSidecarConfiguration(this WebApplicationBuilder builder, string? defaultTarget)
    {
        var file = (builder.Configuration[MountedFile.Variable] ?? builder.Configuration[MountedFile.PathKey]) is { Length: > 0 } path
            ? new MountedFile(path, EnvironmentContract.NameOf(builder.Configuration, MountedFile.PathKey))
            : null;
        Mount(builder, file);
        builder.Configuration.AddEnvironmentContract();
        if (defaultTarget is not null && !builder.Configuration.GetSection(TargetsKey).Exists())
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new($"{TargetsKey}:0", defaultTarget)] });
        var istio = IstioFiles.Of(builder.Configuration);
        Mount(builder, istio);
        var options = OptionsReader.Read(builder.Configuration);
        builder.Services.AddSingleton(new SidecarSettings(options));
        if (file is not null || istio is not null)
            builder.Services.AddSingleton<ConfigurationReloader>().AddHostedService(services => services.GetRequiredService<ConfigurationReloader>());
        return options;
    }

    /// <summary>Puts a source behind appsettings.json and in front of the others that are mounted, which are stronger.</summary>
    private static void Mount(WebApplicationBuilder builder, MountedSource? source)
    {
        if (source is null)
            return;
        var sources = builder.Configuration.Sources;
        var after = sources.OfType<JsonConfigurationSource>().LastOrDefault();
        sources.Insert(after is null ? 0 : sources.IndexOf(after) + 1, source);
        builder.Services.AddSingleton(source);
    }
}
