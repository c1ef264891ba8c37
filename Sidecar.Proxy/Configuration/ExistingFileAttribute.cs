namespace Sidecar.Proxy.Configuration;

/// <summary>Allows the path of a file that is there.</summary>
public sealed class ExistingFileAttribute()
    : TextCheckAttribute("the path of a file that exists", File.Exists);
