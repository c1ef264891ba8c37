namespace Sidecar.Proxy.Configuration;

/// <summary>
/// The environment contract: short names that stand for keys of the section, and win over them. <c>TARGET</c>, <c>PORT</c>,
/// <c>SRV_NAME</c> and <c>ADMIN_PORT</c> are all that a deployment has to know; <c>SIDECAR_CONFIG</c> names a file with more.
/// </summary>
public static class EnvironmentContract
{
    private static readonly (string Variable, string Key)[] Names =
    [
        ("TARGET", "Sidecar:Upstream:Targets"),
        ("PORT", "Sidecar:Listener:Port"),
        ("SRV_NAME", "Sidecar:ServiceName"),
        ("ADMIN_PORT", "Sidecar:Admin:Port"),
        ("SIDECAR_TRANSPORT", "Sidecar:Listener:Transport"),
        (MountedFile.Variable, MountedFile.PathKey),
    ];

    /// <summary>Lets the contract's variables, where they are set, stand for their keys.</summary>
    /// <param name="configuration">A configuration that already holds the environment.</param>
    public static void AddEnvironmentContract(this IConfigurationManager configuration)
    {
        var values = Names
            .Where(name => configuration[name.Variable] is not null)
            .ToDictionary(name => name.Key, name => configuration[name.Variable]);
        var known = values.ContainsKey("Sidecar:ServiceName") || configuration["Sidecar:ServiceName"] is not null;
        if (!known && configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name)
            values["Sidecar:ServiceName"] = name;
        if (!configuration.GetSection("Sidecar:Tracing:Propagators").Exists()
            && string.Join(',', TracingEnvironment.KnownPropagators(configuration["OTEL_PROPAGATORS"] ?? "")) is { Length: > 0 } propagators)
            values["Sidecar:Tracing:Propagators"] = propagators;
        configuration.AddInMemoryCollection(values);
    }

    /// <summary>The name an operator knows a key by: the variable's if that is where its value comes from, the place in a file that is not written in keys.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="key">A full key such as <c>Sidecar:Listener:Port</c>.</param>
    /// <returns>A variable's name, a place, or the key itself.</returns>
    public static string NameOf(IConfiguration configuration, string key)
    {
        var (variable, _) = Names.FirstOrDefault(name => name.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (variable is not null && configuration[variable] is not null)
            return variable;
        var sources = configuration is IConfigurationRoot root ? root.Providers.OfType<MountedSource>() : [];
        return sources.Where(source => !source.TryGet(key, out var value) || value == configuration[key]).Select(source => source.NameOf(key)).FirstOrDefault(name => name is not null) ?? key;
    }
}
