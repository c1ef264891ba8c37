using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Sidecar.Proxy.Configuration;

/// <summary>Shows an operator what is in force and where each value comes from.</summary>
/// <param name="configuration">The configuration, with its sources.</param>
/// <param name="settings">What is in force.</param>
public sealed class EffectiveConfiguration(IConfiguration configuration, SidecarSettings settings)
{
    // What is called like this is hidden even if somebody forgets to mark it.
    private static readonly string[] SecretWords = ["Password", "Secret", "Token", "Key", "Credential"];

    /// <summary>Describes every key of the section.</summary>
    /// <returns>By key: the value, and its source: a variable, a file, <c>command line</c> or <c>default</c>.</returns>
    public JsonObject Describe() => Describe(settings.Current, SidecarOptions.Section);

    /// <summary>Describes a section.</summary>
    /// <returns>Value and source by key.</returns>
    internal JsonObject Describe(object options, string path)
    {
        var result = new JsonObject();
        Describe(options, path, result);
        return result;
    }

    private void Describe(object options, string path, JsonObject result)
    {
        foreach (var property in OptionsType.Properties(options.GetType()))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (value is not null && IsSection(value))
                Describe(value, key, result);
            else
                result[key] = new JsonObject { ["value"] = Shown(property, value), ["source"] = SourceOf(key) };
        }
    }

    private static JsonNode? Shown(PropertyInfo property, object? value)
    {
        var secret = property.IsDefined(typeof(SecretAttribute)) || SecretWords.Any(word => property.Name.EndsWith(word, StringComparison.Ordinal));
        // A path may have a query; a regular expression has none.
        if (!secret && value is string path && path.StartsWith('/') && !property.Name.EndsWith("Regex", StringComparison.Ordinal))
            return Secrets.Hide(path, isUrl: true);
        if (!secret || value is null)
            return ToJson(value);
        return value is IDictionary headers
            ? new JsonObject(headers.Keys.Cast<string>().Select(name => KeyValuePair.Create(name, Secrets.IsHarmless(name) ? ToJson(headers[name]) : SecretAttribute.Mask)))
            : SecretAttribute.Mask;
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        int number => number,
        long number => number,
        double number => number,
        TimeSpan duration => Duration.Format(duration),
        string text => Secrets.Hide(text),
        IDictionary entries => new JsonObject(entries.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, ToJson(entries[key])))),
        IEnumerable items => new JsonArray([.. items.Cast<object?>().Select(ToJson)]),
        _ when IsSection(value) => new JsonObject(OptionsType.Properties(value.GetType()).Select(property => KeyValuePair.Create(property.Name, Shown(property, property.GetValue(value))))),
        _ => value.ToString(),
    };

    private static bool IsSection(object value) => value is not string and not IEnumerable && value.GetType().IsClass;

    private string SourceOf(string key)
    {
        var name = EnvironmentContract.NameOf(configuration, key);
        if (name != key)
            return name;
        if (key == $"{SidecarOptions.Section}:{nameof(SidecarOptions.ServiceName)}" && configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } service && service == settings.Current.ServiceName)
            return "OTEL_SERVICE_NAME";
        return ((IConfigurationRoot)configuration).Providers.LastOrDefault(provider => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any()) switch
        {
            null => "default",
            CommandLineConfigurationProvider => "command line",
            EnvironmentVariablesConfigurationProvider => key.Replace(":", "__", StringComparison.Ordinal),
            JsonConfigurationProvider json => json.Source.Path ?? "file",
            MountedSource source => source.NameOf(key) ?? source.Path,
            // The only thing that is put in at the start: where an application in wrap mode listens.
            _ => "wrap mode",
        };
    }
}
