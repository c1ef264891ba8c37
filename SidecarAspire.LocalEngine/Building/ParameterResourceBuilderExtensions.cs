using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds parameters.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter whose value is the setting <c>Parameters:name</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="secret">Whether the value must never be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddParameterFromConfiguration(name, $"Parameters:{name}", secret);

    /// <summary>Adds a parameter with a value of its own, which the setting <c>Parameters:name</c> overrides when it is published as a default.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="publishValueAsDefault">Whether manifests name the value as the default.</param>
    /// <param name="secret">Whether the value must never be shown.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        if (!publishValueAsDefault)
        {
            return builder.AddResource(new ParameterResource(name, _ => value, secret)).WithParameterDefaults();
        }

        var parameter = builder.AddParameterFromConfiguration(name, $"Parameters:{name}", secret);
        parameter.Resource.Default = new ConstantParameterDefault(value);
        return parameter;
    }

    /// <summary>Adds a parameter whose value is a setting of another name.</summary>
    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // A shell cannot set a variable with a hyphen in its name, so an underscore stands for it as well.
        var withoutHyphens = configurationKey.Replace('-', '_');
        var environmentName = withoutHyphens.Replace(":", "__", StringComparison.Ordinal);
        return builder.AddResource(new ParameterResource(
            name,
            fallback => builder.Configuration[configurationKey] ?? builder.Configuration[withoutHyphens] ?? fallback?.GetDefaultValue() ?? throw new DistributedApplicationException(
                $"Parameter '{name}' has no value: set {configurationKey} in the app host's configuration, or the environment variable {environmentName}."),
            secret)).WithParameterDefaults();
    }

    /// <summary>Says what a parameter is for.</summary>
    public static IResourceBuilder<ParameterResource> WithDescription(this IResourceBuilder<ParameterResource> builder, string description)
    {
        builder.Resource.Description = description;
        return builder;
    }

    private static IResourceBuilder<ParameterResource> WithParameterDefaults(this IResourceBuilder<ParameterResource> builder) =>
        builder.WithAnnotation(new ResourceSnapshotAnnotation(new CustomResourceSnapshot
        {
            ResourceType = "Parameter",
            State = KnownResourceStates.Running,
            Properties = [],
            IsHidden = true,
        }));
}
