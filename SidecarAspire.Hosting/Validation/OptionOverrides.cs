using System.Collections;
using System.Reflection;
using Aspire.Hosting;
using Microsoft.Extensions.Configuration;

namespace SidecarAspire.Hosting.Validation;

/// <summary>The last word that the command line has on options: <c>--NAME:Mode=Container</c>.</summary>
internal static class OptionOverrides
{
    /// <summary>Puts what a section says in place of what AppHost.cs says.</summary>
    /// <param name="section">The section.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="DistributedApplicationException">A key is no option, or a value none that its option may have.</exception>
    public static void Apply(IConfigurationSection section, SidecarKubernetesOptions options)
    {
        Check(section, options.GetType());
        try
        {
            section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw new DistributedApplicationException($"The configuration of '{section.Path}' cannot be used: {e.Message} {e.InnerException?.Message}".TrimEnd(), e);
        }
    }

    // The binder refuses these, too, but does not say what is allowed.
    private static void Check(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var option = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
                ?? throw new DistributedApplicationException($"{child.Path} is no option; there are {string.Join(", ", type.GetProperties().Where(IsSettable).Select(property => property.Name).Order(StringComparer.Ordinal))}.");
            if (option.PropertyType.IsEnum && !Enum.TryParse(option.PropertyType, child.Value, ignoreCase: true, out _))
            {
                throw new DistributedApplicationException($"{child.Path} is '{child.Value}'; allowed is {string.Join(" or ", Enum.GetNames(option.PropertyType))}.");
            }

            if (IsGroup(option))
            {
                Check(child, option.PropertyType);
            }
        }
    }

    private static bool IsSettable(PropertyInfo option) =>
        IsGroup(option) || (option.CanWrite && (option.PropertyType.IsValueType || option.PropertyType == typeof(string)));

    private static bool IsGroup(PropertyInfo option) =>
        !option.CanWrite && option.PropertyType.IsClass && !typeof(IEnumerable).IsAssignableFrom(option.PropertyType);
}
