using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resources of an application.</summary>
public interface IResourceCollection : IList<IResource>
{
    /// <summary>Finds a resource by name, whatever its case.</summary>
    bool TryGetByName(string name, [NotNullWhen(true)] out IResource? resource);
}
