namespace Aspire.Hosting.ApplicationModel;

/// <summary>The base of every resource: a name and its annotations.</summary>
public abstract class Resource : IResource
{
    /// <summary>Names the resource.</summary>
    /// <param name="name">ASCII letters, digits and hyphens, starting with a letter, at most 64 characters.</param>
    /// <exception cref="DistributedApplicationException">The name is not of that form.</exception>
    protected Resource(string name)
    {
        ResourceName.Validate(name);
        Name = name;
    }

    /// <inheritdoc />
    public virtual string Name { get; }

    /// <inheritdoc />
    public virtual ResourceAnnotationCollection Annotations { get; } = [];

    /// <inheritdoc />
    public override string ToString() => Name;
}
