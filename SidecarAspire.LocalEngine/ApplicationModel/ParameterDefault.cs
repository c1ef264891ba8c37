using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a parameter is when nobody says.</summary>
public abstract class ParameterDefault
{
    /// <summary>The value.</summary>
    public abstract string GetDefaultValue();

    /// <summary>Writes it to the Aspire manifest, as it stands between the braces of <c>default</c>.</summary>
    public abstract void WriteToManifest(ManifestPublishingContext context);
}
