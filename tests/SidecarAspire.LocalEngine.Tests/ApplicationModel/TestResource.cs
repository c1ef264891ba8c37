using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

internal sealed class TestResource(string name) : Resource(name)
{
    public TestResource(string name, params IResourceAnnotation[] annotations) : this(name)
    {
        foreach (var annotation in annotations)
        {
            Annotations.Add(annotation);
        }
    }
}
