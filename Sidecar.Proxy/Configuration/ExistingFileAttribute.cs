using System.ComponentModel.DataAnnotations;

namespace Sidecar.Proxy.Configuration;

/// <summary>Allows the path of a file that is there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExistingFileAttribute() : ValidationAttribute("the path of a file that exists")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is null || (value is string path && File.Exists(path));
}
