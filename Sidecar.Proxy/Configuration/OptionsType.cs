using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Sidecar.Proxy.Configuration;

/// <summary>Reflection over the options types, which are all in this assembly.</summary>
internal static class OptionsType
{
    private const string Kept = "Every options type is in this assembly, which the project file keeps whole (TrimmerRootAssembly).";

    /// <summary>An instance with the defaults.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = Kept)]
    public static object Create(Type type) => Activator.CreateInstance(type)!;

    /// <summary>What can be set.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Kept)]
    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);
}
