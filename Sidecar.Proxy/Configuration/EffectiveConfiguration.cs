using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Sidecar.Proxy.Configuration;

/// <summary>Shows an operator what is in force and where each value comes from.</summary>
/// <param name="configuration">The configuration, with its sources.</param>
/// <param name="settings">What is in force.</param>
public sealed class EffectiveConfiguration(IConfiguration configuration, SidecarSettings settings)
{
    private const string Mask = "********";
    private static readonly string[] SecretWords = ["Password", "Secret", "Token", "Key"];

    /// <summary>Describes every key of the section.</summary>
    /// <returns>Key, value and source of each.</returns>
    public JsonObject Describe()
    {
        var result = new JsonObject();
        Describe(settings.Current, SidecarOptions.Section, result);
        return result;
    }

    private void Describe(object options, string path, JsonObject result)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(options);
            if (value is not null && value.GetType().Namespace == typeof(SidecarOptions).Namespace && value.GetType().IsClass)
                Describe(value, key, result);
            else
                result[key] = new JsonObject { ["value"] = IsSecret(property.Name) && value is not null ? Mask : Format(value), ["source"] = Source(key) };
        }
    }

    private static bool IsSecret(string name) => SecretWords.Any(word => name.EndsWith(word, StringComparison.Ordinal));

    private static string? Format(object? value) => value switch
    {
        null => null,
        IEnumerable<string> list => string.Join(",", list),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private string Source(string key)
    {
        var name = EnvironmentContract.NameOf(configuration, key);
        if (name != key)
            return name;
        if (key == "Sidecar:ServiceName" && configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } service && service == settings.Current.ServiceName)
            return "OTEL_SERVICE_NAME";
        return ((IConfigurationRoot)configuration).Providers.LastOrDefault(provider => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any())?.ToString() ?? "default";
    }
}
