using Microsoft.Extensions.Configuration.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>Adds the sidecar's configuration.</summary>
public static class ConfigurationExtensions
{
    /// <summary>Reads all sources. From weak to strong: appsettings.json, the mounted file, the environment, the command line, the contract.</summary>
    /// <param name="builder">The host.</param>
    /// <returns>The configuration to start with.</returns>
    /// <exception cref="ConfigurationException">It cannot be used.</exception>
    public static SidecarOptions AddSidecarConfiguration(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        var file = builder.Configuration[MountedFile.PathKey] is { } path ? new MountedFile(path) : null;
        if (file is not null)
        {
            var sources = builder.Configuration.Sources;
            var after = sources.OfType<JsonConfigurationSource>().LastOrDefault();
            sources.Insert(after is null ? 0 : sources.IndexOf(after) + 1, file);
        }

        builder.Configuration.AddEnvironmentContract();
        var options = OptionsReader.Read(builder.Configuration);
        builder.Services.AddSingleton(new SidecarSettings(options));
        if (file is not null)
            builder.Services.AddSingleton(file).AddHostedService<ConfigurationReloader>();
        return options;
    }
}
